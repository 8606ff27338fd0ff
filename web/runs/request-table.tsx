import { Card, Table, Title } from "@mantine/core"
import type { RunDetail } from "../api/runs.ts"
import { duration } from "../duration.ts"
import classes from "./runs.module.css"

/** What was asked of whom, and how long was waited for it. */
export function RequestTable({ requests }: { requests: RunDetail["requestsBy"] }) {
  if (requests.length === 0) return null
  return (
    <Card withBorder padding={0}>
      <Title order={2} p="md" pb="xs">
        Requests
      </Title>
      <Table.ScrollContainer minWidth={760} type="native">
        <Table verticalSpacing="xs" horizontalSpacing="md" fz="sm" aria-label="Requests">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">To</Table.Th>
              <Table.Th scope="col">What</Table.Th>
              <Table.Th scope="col" className={classes.number}>
                Count
              </Table.Th>
              <Table.Th scope="col" className={classes.number}>
                Failed
              </Table.Th>
              <Table.Th scope="col" className={classes.number}>
                Together
              </Table.Th>
              <Table.Th scope="col" className={classes.number}>
                Waited for limits
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {requests.map(({ peer, method, endpoint, count, failed, seconds, waitedMs }) => (
              <Table.Tr key={`${peer} ${method} ${endpoint}`}>
                <Table.Td>{peer}</Table.Td>
                <Table.Td ff="monospace" fz="xs">
                  {method} {endpoint}
                </Table.Td>
                <Table.Td className={classes.number}>{count.toLocaleString()}</Table.Td>
                <Table.Td className={failed > 0 ? `${classes.number} ${classes.mark}` : classes.number}>
                  {failed.toLocaleString()}
                </Table.Td>
                <Table.Td className={classes.number}>{duration(seconds * 1000)}</Table.Td>
                <Table.Td className={classes.number}>{duration(waitedMs)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  )
}
