// The runs of an installation, newest first: what came of each, and why one failed.
import { Card, Spoiler, Table, Text, Title } from "@mantine/core"
import { type HostRun, useHostRuns } from "../api/installations.ts"
import { Failed, PageLoading } from "../components/states.tsx"
import { Status } from "../components/status.tsx"
import { TimeAgo } from "../components/time.tsx"
import { duration } from "../duration.ts"
import { useNow } from "../hooks/use-now.ts"
import classes from "../runs/runs.module.css"

export function HostRuns({ id }: { id: string }) {
  const { data, error, refetch } = useHostRuns(id)
  return (
    <Card withBorder padding={0} component="section" aria-labelledby="runs">
      <Title order={2} id="runs" p="md" pb={data?.length ? 4 : "md"}>
        Runs
      </Title>
      {error && !data && <Failed error={error} retry={refetch} />}
      {!data && !error && <PageLoading />}
      {data?.length === 0 && (
        <Text size="sm" c="dimmed" p="md" pt={0}>
          None yet. The first one shows here by itself.
        </Text>
      )}
      {data && data.length > 0 && <RunTable runs={data} />}
    </Card>
  )
}

const numbers = ["read", "created", "updated", "deleted"] as const

function RunTable({ runs }: { runs: readonly HostRun[] }) {
  return (
    <Table.ScrollContainer minWidth={760} mah={440} type="native">
      <Table highlightOnHover verticalSpacing="xs" horizontalSpacing="md" fz="sm" aria-label="Runs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Started</Table.Th>
            <Table.Th scope="col">Outcome</Table.Th>
            <Table.Th scope="col">What became of it</Table.Th>
            <Table.Th scope="col" className={classes.number}>
              Took
            </Table.Th>
            {numbers.map((name) => (
              <Table.Th scope="col" key={name} className={classes.number} tt="capitalize">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <Table.Tr key={run.id}>
              <Table.Td>
                <TimeAgo at={run.startedAt} inherit />
                <Text size="xs" c="dimmed">
                  {run.trigger === "request" ? "asked for" : "at its interval"}
                </Text>
              </Table.Td>
              <Table.Td>
                <Status state={run.outcome} />
              </Table.Td>
              <Table.Td miw={220} maw={420} style={{ overflowWrap: "anywhere" }}>
                <Became run={run} />
              </Table.Td>
              <Table.Td className={classes.number}>
                <Took run={run} />
              </Table.Td>
              {numbers.map((name) => (
                <Table.Td key={name} className={classes.number}>
                  {run.counts ? run.counts[name].toLocaleString() : "–"}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

/** Why one failed may be the same for each of its kinds: the first is enough to begin with. */
function Became({ run: { outcome, headline, said } }: { run: HostRun }) {
  const text = outcome === "completed" ? headline : (said ?? headline)
  if (!text) return <>–</>
  return (
    <Spoiler maxHeight={66} showLabel="All of it" hideLabel="Less" fz="sm">
      {text}
    </Spoiler>
  )
}

function Took({ run: { startedAt, endedAt, outcome } }: { run: HostRun }) {
  const now = useNow()
  if (outcome === "skipped" || outcome === "not started") return <>–</>
  return <>{duration(Math.max(0, (endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt)))}</>
}
