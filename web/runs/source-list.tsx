// How far each source was read: a kind of a project. Those that went well are counted, the others are listed.
import { Button, Card, Group, Stack, Table, Text, Title } from "@mantine/core"
import { useState } from "react"
import type { RunSource } from "../api/runs.ts"
import { Status } from "../components/status.tsx"
import { counted } from "../duration.ts"

const shownAtFirst = 50

interface SourceListProps {
  sources: readonly RunSource[]
  /** Those that the server counts only. */
  more: number
}

export function SourceList({ sources, more }: SourceListProps) {
  const [isWhole, setWhole] = useState(false)
  if (sources.length === 0) return null
  const complete = sources.filter(({ state }) => state === "complete")
  const others = sources.filter(({ state }) => state !== "complete")
  const listed = isWhole ? [...others, ...complete] : others.slice(0, shownAtFirst)
  const isMore = isWhole || complete.length > 0 || others.length > listed.length
  return (
    <Card withBorder padding={0}>
      <Group justify="space-between" p="md" pb="xs">
        <Title order={2}>By source</Title>
        {isMore && (
          <Button size="compact-sm" variant="subtle" onClick={() => setWhole(!isWhole)}>
            {isWhole ? "Only what is not complete" : `All ${sources.length.toLocaleString()}`}
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed" px="md" pb="sm">
        {counted(complete.length, "source")} read to the end
        {others.length > 0 && `, ${counted(others.length, "source")} not`}. Nothing is deleted that a source
        which was not read to its end may have made.
        {more > 0 &&
          ` ${counted(more, "more source")} ${more === 1 ? "is" : "are"} not told here one by one: first come those that are not complete.`}
      </Text>
      {listed.length > 0 && (
        <Table.ScrollContainer minWidth={560} type="native" mah={420} style={{ overflow: "auto" }}>
          <Table fz="sm" horizontalSpacing="md" aria-label="By source">
            <Table.Tbody>
              {listed.map(({ kind, part, state, reason, hint }) => (
                <Table.Tr key={`${kind} ${part}`}>
                  <Table.Td>{kind}</Table.Td>
                  <Table.Td>
                    {part === "" ? "the whole organization" : part === "*" ? "all projects" : part}
                  </Table.Td>
                  <Table.Td>
                    <Status state={state} />
                  </Table.Td>
                  <Table.Td>
                    <Stack gap={0}>
                      {reason && <Text size="sm">{reason}</Text>}
                      {hint && (
                        <Text size="sm" c="dimmed">
                          {hint}
                        </Text>
                      )}
                    </Stack>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Card>
  )
}
