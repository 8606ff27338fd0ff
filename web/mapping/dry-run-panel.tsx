// What the whole mapping would change, without changing it.
import {
  Alert,
  Button,
  Card,
  Code,
  Group,
  List,
  Loader,
  SegmentedControl,
  Stack,
  Table,
  Text,
} from "@mantine/core"
import { useState } from "react"
import {
  type Change,
  type DryRun,
  useCancelDryRun,
  useChanges,
  useDryRun,
  useLastDryRun,
  useStartDryRun,
} from "../api/mapping.ts"
import { useMayChange } from "../api/session.ts"
import { Failed, PageLoading } from "../components/states.tsx"
import { TimeAgo } from "../components/time.tsx"
import { counted } from "../duration.ts"
import classes from "../runs/runs.module.css"
import type { Draft } from "./use-draft.ts"

export function DryRunPanel({ draft }: { draft: Draft }) {
  const mayChange = useMayChange()
  const start = useStartDryRun()
  const cancel = useCancelDryRun()
  const last = useLastDryRun({ enabled: mayChange })
  const id = start.data?.dryRun.id ?? last.data?.id
  const { data: run, error } = useDryRun(id)
  const isRunning = start.isPending || run?.status === "running"
  if (!mayChange)
    return <Text c="dimmed">A dry run reads all of Sentry, which takes somebody who may change things.</Text>
  return (
    <Stack gap="md">
      <Text size="sm">Reads all that the mapping needs, as a run does, and writes nothing.</Text>
      <Group>
        <Button
          loading={isRunning}
          disabled={draft.checked?.valid === false}
          onClick={() => start.mutate(draft.text)}
        >
          {run ? "Again" : "Start the dry run"}
        </Button>
        {run?.status === "running" && (
          <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate(run.id)}>
            Cancel
          </Button>
        )}
        {isRunning && (
          <Text size="sm" c="dimmed">
            {counted(run?.readSoFar ?? 0, "object")} read
          </Text>
        )}
      </Group>
      {run && <Begun run={run} isOther={start.data?.isNew === false} />}
      {cancel.error && <Failed error={cancel.error} />}
      {start.error && <Failed error={start.error} />}
      {error && <Failed error={error} />}
      {run?.message && run.status === "failed" && <Alert color="red" variant="light" title={run.message} />}
      {run?.status === "running" && <Loader size="sm" aria-label="The dry run goes on" />}
      {run?.status === "done" && <Result run={run} />}
    </Stack>
  )
}

function Begun({ run, isOther }: { run: DryRun; isOther: boolean }) {
  return (
    <Text size="sm" c="dimmed">
      {isOther && "Another one was under way already, maybe of another text. "}
      {run.status === "cancelled" ? "Cancelled; it began " : "Began "}
      <TimeAgo at={run.startedAt} inherit />.
    </Text>
  )
}

const columns = ["create", "update", "delete", "unchanged", "refused", "notDeleted"] as const
const titles = {
  create: "Create",
  update: "Update",
  delete: "Delete",
  unchanged: "Unchanged",
  refused: "Refused",
  notDeleted: "Not deleted",
}

function Result({ run }: { run: DryRun }) {
  const said = [
    { title: "It would not be a success", lines: run.shortcomings },
    { title: "It would create", lines: run.installs },
    { title: "Port would refuse", lines: run.refused },
    { title: "It would not delete", lines: run.notDeleted },
    { title: "Worth a look", lines: run.notes },
  ]
  return (
    <>
      <Card withBorder padding={0}>
        <Table.ScrollContainer minWidth={560} type="native">
          <Table fz="sm" horizontalSpacing="sm" aria-label="What it would change">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Kind</Table.Th>
                {columns.map((name) => (
                  <Table.Th key={name} scope="col" className={classes.number}>
                    {titles[name]}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {run.rows?.map((row) => (
                <Table.Tr key={`${row.kind} ${row.blueprint}`}>
                  <Table.Td>
                    {row.kind}
                    <Text size="xs" c="dimmed">
                      → {row.blueprint}
                    </Text>
                  </Table.Td>
                  {columns.map((name) => (
                    <Table.Td key={name} className={classes.number}>
                      {row[name].toLocaleString()}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Card>
      {said.map(
        ({ title, lines = [] }) =>
          lines.length > 0 && (
            <div key={title}>
              <Text size="sm" fw={500}>
                {title}
              </Text>
              <List size="sm">
                {lines.map((line) => (
                  <List.Item key={line}>{line}</List.Item>
                ))}
              </List>
            </div>
          ),
      )}
      <Changes run={run} />
    </>
  )
}

const perStep = 30

function Changes({ run }: { run: DryRun }) {
  const first = (["update", "create", "delete"] as const).find((what) => run.totals[what] > 0) ?? "update"
  const [what, setWhat] = useState<Change["what"]>(first)
  const [limit, setLimit] = useState(perStep)
  const { data, error } = useChanges(run.id, what, limit)
  if (run.totals.create + run.totals.update + run.totals.delete === 0) {
    return <Text size="sm">Nothing would change.</Text>
  }
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label="Which changes"
        data={(["create", "update", "delete"] as const).map((value) => ({
          value,
          label: `${titles[value]} ${run.totals[value].toLocaleString()}`,
        }))}
        value={what}
        onChange={(value) => {
          setLimit(perStep)
          setWhat(value as Change["what"]) // one of the three above
        }}
      />
      {error && <Failed error={error} />}
      {!data && !error && <PageLoading />}
      {data?.changes.map((change) => (
        <Card key={`${change.blueprint} ${change.identifier}`} withBorder padding="sm">
          <Text size="sm" fw={500} style={{ overflowWrap: "anywhere" }}>
            {change.title ?? change.identifier}
          </Text>
          <Text size="xs" c="dimmed">
            {change.blueprint}
            {change.because && `: ${change.because}`}
          </Text>
          {change.what === "update" &&
            change.fields.map(({ field, from, to }) => (
              <Text size="sm" key={field} mt={4} style={{ overflowWrap: "anywhere" }}>
                {field}: <Code>{shown(from)}</Code> → <Code>{shown(to)}</Code>
              </Text>
            ))}
        </Card>
      ))}
      {data && data.changes.length < data.total && (
        <Button variant="default" onClick={() => setLimit(limit + perStep)}>
          {(data.total - data.changes.length).toLocaleString()} more
        </Button>
      )}
    </Stack>
  )
}

function shown(value: unknown): string {
  return value === undefined || value === null
    ? "–"
    : typeof value === "string"
      ? value
      : JSON.stringify(value)
}
