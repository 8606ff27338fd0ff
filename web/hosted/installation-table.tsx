import { Table, Text } from "@mantine/core"
import { Link } from "wouter"
import { path } from "../api/http.ts"
import type { Installation } from "../api/installations.ts"
import { Status } from "../components/status.tsx"
import classes from "../runs/runs.module.css"
import { LastRun, NextRun } from "./last-and-next.tsx"
import { shortAddress, stateOf } from "./state.ts"

export function InstallationTable({ installations }: { installations: readonly Installation[] }) {
  return (
    <Table.ScrollContainer minWidth={820} type="native">
      <Table highlightOnHover verticalSpacing="sm" horizontalSpacing="md" fz="sm" aria-label="Installations">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Name</Table.Th>
            <Table.Th scope="col">Sentry</Table.Th>
            <Table.Th scope="col">Port</Table.Th>
            <Table.Th scope="col">State</Table.Th>
            <Table.Th scope="col">Last run</Table.Th>
            <Table.Th scope="col">Next run</Table.Th>
            <Table.Th scope="col" className={classes.number}>
              Waiting
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {installations.map((one) => (
            <Table.Tr key={one.id}>
              <Table.Td>
                <Link href={path`/installations/${one.id}`} className={classes.link}>
                  {one.id}
                </Link>
              </Table.Td>
              <Table.Td>
                <Two first={one.sentry.organization} second={shortAddress(one.sentry.host)} />
              </Table.Td>
              <Table.Td>
                <Two first={one.identifier} second={shortAddress(one.target.url)} />
              </Table.Td>
              <Table.Td>
                <Status state={stateOf(one)} />
              </Table.Td>
              <Table.Td>
                <LastRun installation={one} />
              </Table.Td>
              <Table.Td>
                <NextRun installation={one} />
              </Table.Td>
              <Table.Td className={classes.number}>{one.waiting.events.toLocaleString()}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function Two({ first, second }: { first: string; second: string }) {
  return (
    <>
      {first}
      <Text size="xs" c="dimmed">
        {second}
      </Text>
    </>
  )
}
