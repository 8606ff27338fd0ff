// What a run could not write or would not delete, grouped by the reason.
import { Accordion, Anchor, Badge, Card, Group, Stack, Text, Title } from "@mantine/core"
import { Link } from "wouter"
import { useHasCatalog } from "../api/about.ts"
import { path } from "../api/http.ts"
import type { RunDetail } from "../api/runs.ts"

export function Refusals({ run }: { run: RunDetail }) {
  const { refusedEntities, refusedDeletes, notMade } = run
  return (
    <>
      {refusedEntities.total > 0 && (
        <Groups
          title="Entities that were refused"
          groups={refusedEntities.groups.map(({ message, ...rest }) => ({ reason: message, ...rest }))}
        />
      )}
      {refusedDeletes.total > 0 && <Groups title="Not deleted" groups={refusedDeletes.groups} />}
      {Object.keys(notMade).length > 0 && (
        <Card withBorder>
          <Title order={2} mb="xs">
            Not created
          </Title>
          {Object.entries(notMade).map(([blueprint, count]) => (
            <Text size="sm" key={blueprint}>
              {count.toLocaleString()} of {blueprint}: only those that exist are updated
              (createSystemEntities)
            </Text>
          ))}
        </Card>
      )}
    </>
  )
}

interface ReasonGroup {
  reason: string
  count: number
  examples: { blueprint: string; identifier: string; kind: string }[]
}

function Name({ blueprint, identifier }: { blueprint: string; identifier: string }) {
  const hasCatalog = useHasCatalog()
  if (!hasCatalog) return identifier
  return (
    <Anchor component={Link} href={path`/entities/${blueprint}/${identifier}`} inherit>
      {identifier}
    </Anchor>
  )
}

function Groups({ title, groups }: { title: string; groups: readonly ReasonGroup[] }) {
  return (
    <Card withBorder padding={0}>
      <Title order={2} p="md" pb={4}>
        {title}
      </Title>
      <Accordion chevronPosition="left" multiple>
        {groups.map(({ reason, count, examples }) => (
          <Accordion.Item key={reason} value={reason}>
            <Accordion.Control>
              <Group gap="sm" wrap="nowrap">
                <Badge variant="default" tt="none">
                  {count.toLocaleString()}
                </Badge>
                <Text size="sm">{reason}</Text>
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              <Stack gap={4}>
                {examples.map(({ blueprint, identifier, kind }) => (
                  <Text size="sm" key={`${blueprint} ${identifier}`}>
                    <Name blueprint={blueprint} identifier={identifier} />{" "}
                    <Text span c="dimmed" inherit>
                      of {blueprint}, from {kind}
                    </Text>
                  </Text>
                ))}
                {examples.length < count && (
                  <Text size="sm" c="dimmed">
                    and {(count - examples.length).toLocaleString()} more
                  </Text>
                )}
              </Stack>
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Card>
  )
}
