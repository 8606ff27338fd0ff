// All resyncs: how long they took, what they changed, and a way to start one.
import { PlayCircleIcon } from "@heroicons/react/24/outline"
import { Button, Card, Center, Group, Select, Skeleton, Table, Text, Title } from "@mantine/core"
import { lazy, Suspense } from "react"
import { Link, useSearchParams } from "wouter"
import { type RunSummary, useRuns } from "../api/runs.ts"
import { Page } from "../components/page.tsx"
import { Empty, Failed, PageLoading } from "../components/states.tsx"
import { Status } from "../components/status.tsx"
import { TimeAgo } from "../components/time.tsx"
import { duration } from "../duration.ts"
import { scopeText, triggerText } from "../runs/run-words.ts"
import classes from "../runs/runs.module.css"
import { StartRun } from "../runs/start-run.tsx"

const DurationChart = lazy(async () => ({
  default: (await import("../runs/duration-chart.tsx")).DurationChart,
}))

const statuses = [
  { value: "completed", label: "Completed" },
  { value: "failed", label: "Failed" },
  { value: "aborted", label: "Cancelled" },
  { value: "interrupted", label: "Interrupted" },
]

export function Runs() {
  const [parameters, setParameters] = useSearchParams()
  const status = parameters.get("status") ?? ""
  const list = useRuns({ status })
  const runs = list.data?.pages.flatMap((page) => page.runs)
  return (
    <Page
      title="Runs"
      about="Each resync reads Sentry, and writes what changed."
      actions={<StartRun />}
      stale={runs ? { error: list.error, retry: list.refetch } : undefined}
    >
      {list.error && !runs && <Failed error={list.error} retry={list.refetch} />}
      {!runs && !list.error && <PageLoading />}
      {runs && runs.length === 0 && status === "" && (
        <Empty icon={PlayCircleIcon} title="No run yet">
          The first one starts with the program, or by the button above.
        </Empty>
      )}
      {runs && runs.length > 1 && (
        <Card withBorder>
          <Title order={2} mb="sm">
            How long they took
          </Title>
          <Suspense fallback={<Skeleton height={150} />}>
            <DurationChart runs={runs.slice(0, 50)} />
          </Suspense>
        </Card>
      )}
      {runs && (runs.length > 0 || status !== "") && (
        <>
          <Select
            w={200}
            label="Status"
            placeholder="All"
            clearable
            data={statuses}
            value={status || null}
            onChange={(value) => setParameters(value ? { status: value } : {})}
          />
          <Card withBorder padding={0}>
            {runs.length === 0 ? <Center p="xl">No run ended like that.</Center> : <RunTable runs={runs} />}
          </Card>
        </>
      )}
      {list.hasNextPage && (
        <Group justify="center">
          <Button
            variant="default"
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            Earlier ones
          </Button>
        </Group>
      )}
    </Page>
  )
}

function RunTable({ runs }: { runs: readonly RunSummary[] }) {
  return (
    <Table.ScrollContainer minWidth={900} type="native">
      <Table highlightOnHover verticalSpacing="sm" horizontalSpacing="md" fz="sm" aria-label="Runs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Run</Table.Th>
            <Table.Th scope="col">Status</Table.Th>
            <Table.Th scope="col">Started</Table.Th>
            <Table.Th scope="col" className={classes.number}>
              Took
            </Table.Th>
            <Table.Th scope="col" className={classes.number}>
              Read
            </Table.Th>
            <Table.Th scope="col" className={classes.number}>
              Created
            </Table.Th>
            <Table.Th scope="col" className={classes.number}>
              Updated
            </Table.Th>
            <Table.Th scope="col" className={classes.number}>
              Deleted
            </Table.Th>
            <Table.Th scope="col" className={classes.number}>
              Requests
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <Table.Tr key={run.id}>
              <Table.Td maw={380}>
                <Link href={`/runs/${run.id}`} className={classes.link}>
                  {triggerText(run)}
                </Link>
                <Text size="xs" c="dimmed" truncate>
                  {run.scope ? scopeText(run.scope) : run.headline}
                </Text>
              </Table.Td>
              <Table.Td>
                <Status state={run.status} />
              </Table.Td>
              <Table.Td>
                <TimeAgo at={run.startedAt} inherit />
              </Table.Td>
              <Table.Td className={classes.number}>{duration(run.seconds * 1000)}</Table.Td>
              <Table.Td className={classes.number}>{run.totals.read.toLocaleString()}</Table.Td>
              <Table.Td className={classes.number}>{run.totals.created.toLocaleString()}</Table.Td>
              <Table.Td className={classes.number}>{run.totals.updated.toLocaleString()}</Table.Td>
              <Table.Td className={classes.number}>{run.totals.deleted.toLocaleString()}</Table.Td>
              <Table.Td className={classes.number}>{run.requests.sentry.toLocaleString()}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
