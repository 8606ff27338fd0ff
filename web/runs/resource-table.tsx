import { Card, Table, Text, Title } from "@mantine/core"
import type { Counts, RunDetail } from "../api/runs.ts"
import { Status } from "../components/status.tsx"
import classes from "./runs.module.css"

const counts: readonly [keyof Counts, string, "bad"?][] = [
  ["read", "Read"],
  ["mapped", "Mapped"],
  ["created", "Created"],
  ["updated", "Updated"],
  ["unchanged", "Unchanged"],
  ["deleted", "Deleted"],
  ["refused", "Refused", "bad"],
  ["failed", "Failed", "bad"],
]

/** What became of each resource of the mapping, in its order. */
export function ResourceTable({ run }: { run: RunDetail }) {
  if (run.resources.length === 0) return null
  return (
    <Card withBorder padding={0}>
      <Title order={2} p="md" pb="xs">
        By kind
      </Title>
      <Table.ScrollContainer minWidth={780} type="native">
        <Table verticalSpacing="xs" horizontalSpacing="sm" fz="sm" aria-label="By kind">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Kind</Table.Th>
              <Table.Th scope="col">State</Table.Th>
              {counts.map(([name, title]) => (
                <Table.Th key={name} scope="col" className={classes.number}>
                  {title}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {run.resources.map((resource) => (
              <Table.Tr key={resource.index}>
                <Table.Td>
                  {resource.kind}
                  <Text size="xs" c="dimmed">
                    → {resource.blueprint.replace(/^"(.*)"$/, "$1")}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Status state={resource.state} />
                </Table.Td>
                {counts.map(([name, , tone]) => (
                  <Table.Td
                    key={name}
                    className={
                      tone === "bad" && resource.counts[name] > 0
                        ? `${classes.number} ${classes.mark}`
                        : classes.number
                    }
                  >
                    {resource.counts[name].toLocaleString()}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  )
}
