// "Ingest data" from Sentry: paste or choose a mapping, and resync.
import { Button, Card, Group, Select, Stack } from "@mantine/core"
import { lazy, Suspense, useState } from "react"
import { Link, useLocation, useSearchParams } from "wouter"
import { type LiveMapping, useMapping, useMappingSchema, usePresets, useSaveMapping } from "../api/mapping.ts"
import { useStartRun } from "../api/runs.ts"
import { useMayChange } from "../api/session.ts"
import { Page } from "../components/page.tsx"
import { Failed, PageLoading } from "../components/states.tsx"
import { Way } from "../components/way.tsx"
import classes from "../ingest/ingest.module.css"
import { ProblemList } from "../mapping/problem-list.tsx"
import { useDraft } from "../mapping/use-draft.ts"

const Editor = lazy(async () => ({ default: (await import("../editor/yaml-editor.tsx")).Editor }))

export function IngestSentry() {
  const { data, error, refetch } = useMapping()
  if (data) return <Form live={data} />
  return error ? <Failed error={error} retry={refetch} /> : <PageLoading />
}

function Form({ live }: { live: LiveMapping }) {
  const [parameters] = useSearchParams()
  const blueprint = parameters.get("blueprint")
  const draft = useDraft(live)
  const schema = useMappingSchema()
  const [line, setLine] = useState<number>()
  const problems = draft.checked?.problems ?? []
  const warnings = draft.checked?.warnings ?? []
  return (
    <Page
      title="Ingest data from Sentry"
      above={<Way to={[["Ingest data", "/ingest-data"]]} here="APM & Alerting" />}
      about={
        blueprint
          ? `What of Sentry becomes an entity of ${blueprint}, and what each of its values is.`
          : "What of Sentry becomes an entity, and what each of its values is."
      }
    >
      <Stack gap="md">
        <PresetSelect choose={draft.set} />
        <Card withBorder padding={0}>
          <div className={classes.mapping}>
            <Suspense fallback={<PageLoading />}>
              <Editor
                label="The mapping as YAML"
                value={draft.text}
                onChange={draft.set}
                schema={schema.data}
                problems={problems}
                warnings={warnings}
                line={line}
              />
            </Suspense>
          </div>
          <ProblemList problems={problems} warnings={warnings} goTo={setLine} />
        </Card>
        <Resync draft={draft} />
      </Stack>
    </Page>
  )
}

function PresetSelect({ choose }: { choose: (text: string) => void }) {
  const { data } = usePresets()
  if (!data || data.length === 0) return null
  return (
    <Select
      label="Begin with"
      placeholder="The mapping as it is"
      clearable
      maw={420}
      data={data.map(({ name, title }) => ({ value: name, label: title }))}
      onChange={(name) => {
        const preset = data.find((one) => one.name === name)
        if (preset) choose(preset.mapping)
      }}
    />
  )
}

function Resync({ draft }: { draft: ReturnType<typeof useDraft> }) {
  const mayChange = useMayChange()
  const [, go] = useLocation()
  const save = useSaveMapping()
  const start = useStartRun()
  if (!mayChange) return null
  const resync = () => {
    if (!draft.isChanged) {
      start.mutate({ replace: true }, { onSuccess: ({ run }) => go(`/runs/${run.id}`) })
      return
    }
    save.mutate(
      { text: draft.text, revision: draft.revision, resync: true },
      {
        onSuccess: (saved, order) => {
          draft.saved(order.text, saved.revision)
          go(saved.run ? `/runs/${saved.run.id}` : "/runs")
        },
      },
    )
  }
  return (
    <Stack gap="sm">
      {save.error && <Failed error={save.error} />}
      {start.error && <Failed error={start.error} />}
      <Group justify="flex-end">
        <Button component={Link} href="/mapping" variant="subtle">
          Try it in the mapping studio first
        </Button>
        <Button
          disabled={draft.checked?.valid === false}
          loading={save.isPending || start.isPending}
          onClick={resync}
        >
          {draft.isChanged ? "Save and resync" : "Resync"}
        </Button>
      </Group>
    </Stack>
  )
}
