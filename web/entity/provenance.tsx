// Where an entity came from: which objects of Sentry, by which call, and which expression made each value.
import { ArrowTopRightOnSquareIcon, QuestionMarkCircleIcon } from "@heroicons/react/24/outline"
import { Anchor, Badge, Card, Code, Group, Stack, Table, Text, Title } from "@mantine/core"
import { Link } from "wouter"
import type { Blueprint } from "../api/blueprints.ts"
import type { Entity } from "../api/entities.ts"
import { type Provenance as Known, useProvenance } from "../api/provenance.ts"
import { Empty, Failed, PageLoading } from "../components/states.tsx"
import { TimeAgo } from "../components/time.tsx"
import { Nothing } from "../components/value.tsx"

export function Provenance({ blueprint, entity }: { blueprint: Blueprint; entity: Entity }) {
  const { data, error, refetch } = useProvenance(blueprint.identifier, entity.identifier)
  if (error && !data) return <Failed error={error} retry={refetch} />
  if (!data) return <PageLoading />
  if (data.sources.length === 0 && data.values.length === 0) {
    return (
      <Empty icon={QuestionMarkCircleIcon} title="Not made by this integration">
        No run and no live event wrote it. Its history tells who did.
      </Empty>
    )
  }
  return (
    <Stack gap="lg">
      {data.lastWrite && <LastWrite lastWrite={data.lastWrite} />}
      <Sources sources={data.sources} />
      <Values values={data.values} entity={entity} />
    </Stack>
  )
}

function LastWrite({
  lastWrite: { at, text, runId, eventId },
}: {
  lastWrite: NonNullable<Known["lastWrite"]>
}) {
  const to = runId ? `/runs/${runId}` : eventId ? `/live-events/${eventId}` : undefined
  return (
    <Text size="sm">
      {text} (<TimeAgo at={at} inherit />){" "}
      {to && (
        <Anchor component={Link} href={to} inherit>
          {runId ? "See the run" : "See the event"}
        </Anchor>
      )}
    </Text>
  )
}

function Sources({ sources }: Pick<Known, "sources">) {
  if (sources.length === 0) return null
  return (
    <Card withBorder>
      <Title order={2} mb="sm">
        Made from
      </Title>
      <Stack gap="sm">
        {sources.map(({ kind, objectId, part, call, url, leftAt }) => (
          <Group key={`${kind} ${objectId} ${part}`} gap="xs">
            <Badge variant="default" tt="none" radius="sm">
              {kind}
            </Badge>
            <Text size="sm">{objectId}</Text>
            {part && (
              <Text size="sm" c="dimmed">
                of {part}
              </Text>
            )}
            {call && <Code>{call}</Code>}
            {url && (
              <Anchor href={url} target="_blank" rel="noreferrer" size="sm">
                In Sentry <ArrowTopRightOnSquareIcon width={13} aria-label="opens in a new tab" />
              </Anchor>
            )}
            {leftAt && (
              <Text size="sm" c="dimmed">
                left the list <TimeAgo at={leftAt} inherit />
              </Text>
            )}
          </Group>
        ))}
      </Stack>
    </Card>
  )
}

function Values({ values, entity }: Pick<Known, "values"> & { entity: Entity }) {
  return (
    <Card withBorder padding={0}>
      <Title order={2} p="md" pb="xs">
        Each value, and the expression that makes it
      </Title>
      <Table.ScrollContainer minWidth={640} type="native">
        <Table verticalSpacing="xs" horizontalSpacing="md" fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Field</Table.Th>
              <Table.Th scope="col">Expression</Table.Th>
              <Table.Th scope="col">Value</Table.Th>
              <Table.Th scope="col">Mapping</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {values.map(({ field, expression, kind, resource, line }) => (
              <Table.Tr key={`${resource} ${field}`}>
                <Table.Td>{field}</Table.Td>
                <Table.Td>
                  <Code>{expression}</Code>
                </Table.Td>
                <Table.Td maw={320}>
                  <ValueText value={fieldOf(entity, field)} />
                </Table.Td>
                <Table.Td>
                  <Anchor component={Link} href={line ? `/mapping?line=${line}` : "/mapping"} size="sm">
                    {kind}
                    {line ? `, line ${line}` : ""}
                  </Anchor>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  )
}

function ValueText({ value }: { value: unknown }) {
  if (value === null || value === undefined) return <Nothing />
  return (
    <Text size="sm" truncate>
      {typeof value === "string" ? value : JSON.stringify(value)}
    </Text>
  )
}

function fieldOf(entity: Entity, field: string): unknown {
  const [part, name] = field.split(/\.(.*)/s)
  if (part === "properties" && name) return entity.properties[name]
  if (part === "relations" && name) {
    const value = entity.relations[name]
    return Array.isArray(value) ? value.map(({ identifier }) => identifier) : value?.identifier
  }
  const { identifier, title, blueprint, icon, team } = entity
  return { identifier, title, blueprint, icon, team }[field]
}
