import { Anchor, Card, Skeleton, Stack, Text, Title } from "@mantine/core"
import type { UseQueryResult } from "@tanstack/react-query"
import { Link } from "wouter"
import { type Blueprint, blueprintTitle } from "../api/blueprints.ts"
import type { Entity } from "../api/entities.ts"
import { path } from "../api/http.ts"
import { type Incoming, incomingRule } from "../api/related.ts"
import { RelationChips } from "../components/relation-chips.tsx"
import { Failed } from "../components/states.tsx"
import { writeRules } from "../filters/query-text.ts"

interface RelationsProps {
  blueprint: Blueprint
  entity: Entity
  incoming: UseQueryResult<Incoming[]>
}

/** What the entity points at, and what points at it. */
export function Relations({ blueprint, entity, incoming }: RelationsProps) {
  const outgoing = Object.entries(blueprint.relations)
  return (
    <Card withBorder>
      <Title order={2} mb="sm">
        Relations
      </Title>
      <Stack gap="sm">
        {outgoing.map(([name, { title, target }]) => (
          <div key={name}>
            <Text size="xs" c="dimmed" mb={3}>
              {title || name}
            </Text>
            <RelationChips value={entity.relations[name]} target={target} />
          </div>
        ))}
        {incoming.isPending && <Skeleton height={40} />}
        {incoming.error && <Failed error={incoming.error} retry={incoming.refetch} />}
        {incoming.data?.map((one) => (
          <IncomingList
            key={`${one.blueprint.identifier} ${one.relation}`}
            incoming={one}
            identifier={entity.identifier}
          />
        ))}
        {outgoing.length === 0 && incoming.data?.length === 0 && (
          <Text size="sm" c="dimmed">
            Nothing is related to it.
          </Text>
        )}
      </Stack>
    </Card>
  )
}

function IncomingList({ incoming, identifier }: { incoming: Incoming; identifier: string }) {
  const { blueprint, relation, title, entities, hasMore } = incoming
  const rules = writeRules({ combinator: "and", rules: [incomingRule(relation, identifier)] })
  return (
    <div>
      <Text size="xs" c="dimmed" mb={3}>
        {blueprintTitle(blueprint)}, by its “{title}”
      </Text>
      <RelationChips value={entities} target={blueprint.identifier} />
      {hasMore && (
        <Anchor
          component={Link}
          size="sm"
          href={`${path`/entities/${blueprint.identifier}`}?${new URLSearchParams({ query: rules })}`}
        >
          All of them
        </Anchor>
      )}
    </div>
  )
}
