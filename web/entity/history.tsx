// What was written to an entity, by whom, and what each write changed.

import { ClockIcon } from "@heroicons/react/24/outline"
import { Badge, Card, Code, Group, Table, Text, Timeline } from "@mantine/core"
import { type Audit, useHistory } from "../api/history.ts"
import { Empty, Failed, PageLoading } from "../components/states.tsx"
import { TimeAgo } from "../components/time.tsx"
import { fieldChanges } from "./field-changes.ts"

interface HistoryProps {
  blueprint: string
  identifier: string
  /** Nothing at all where nothing is known. */
  onlyIfAny?: boolean
}

const actions = { CREATE: "Created", UPDATE: "Changed", DELETE: "Deleted" }

export function History({ blueprint, identifier, onlyIfAny = false }: HistoryProps) {
  const { data, error, refetch } = useHistory(blueprint, identifier)
  if (error && !data) return onlyIfAny ? null : <Failed error={error} retry={refetch} />
  if (!data) return onlyIfAny ? null : <PageLoading />
  if (data.length === 0) {
    if (onlyIfAny) return null
    return (
      <Empty icon={ClockIcon} title="No history">
        What was written longer ago than the audit log keeps (30 days by default) is not known.
      </Empty>
    )
  }
  return (
    <Timeline bulletSize={14} lineWidth={2} mt={onlyIfAny ? "md" : 0} ta="left">
      {data.map((audit) => (
        <Timeline.Item key={audit.identifier} title={<Head audit={audit} />}>
          <Changes audit={audit} />
        </Timeline.Item>
      ))}
    </Timeline>
  )
}

function Head({ audit }: { audit: Audit }) {
  return (
    <Group gap="xs">
      <Text fw={600} size="sm">
        {audit.status === "FAILURE"
          ? `Refused: ${actions[audit.action].toLowerCase()}`
          : actions[audit.action]}
      </Text>
      <Text size="sm" c="dimmed">
        by {writerOf(audit)}, <TimeAgo at={audit.trigger.at} inherit />
      </Text>
      {audit.status === "FAILURE" && (
        <Badge color="red" variant="outline" tt="none">
          {audit.message ?? "refused"}
        </Badge>
      )}
    </Group>
  )
}

function writerOf({ trigger, context, additionalData }: Audit): string {
  if (context?.installationId) return `the integration “${context.installationId}”`
  if (context?.webhookId) return `the webhook data source “${context.webhookId}”`
  return trigger.origin ?? additionalData?.userAgent ?? "an API client"
}

function Changes({ audit }: { audit: Audit }) {
  const changes = fieldChanges(audit.diff.before, audit.diff.after)
  if (audit.action !== "UPDATE") return null
  if (changes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Written again with the same values.
      </Text>
    )
  }
  return (
    <Card withBorder padding={0} mt={6}>
      <Table.ScrollContainer minWidth={420} type="native">
        <Table fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Field</Table.Th>
              <Table.Th>Before</Table.Th>
              <Table.Th>After</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {changes.map(({ field, before, after }) => (
              <Table.Tr key={field}>
                <Table.Td>{field}</Table.Td>
                <Table.Td>
                  <Code>{shown(before)}</Code>
                </Table.Td>
                <Table.Td>
                  <Code>{shown(after)}</Code>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  )
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "–"
  return typeof value === "string" ? value : JSON.stringify(value)
}
