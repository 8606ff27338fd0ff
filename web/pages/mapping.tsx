// The mapping studio: the text on one side; on the other what it makes of real objects, what it would change, and how it
// was before.
import { Card, Tabs } from "@mantine/core"
import { lazy, Suspense, useState } from "react"
import { useSearchParams } from "wouter"
import { type LiveMapping, useMapping, useMappingSchema } from "../api/mapping.ts"
import { Page } from "../components/page.tsx"
import { Failed, PageLoading } from "../components/states.tsx"
import { TimeAgo } from "../components/time.tsx"
import { DryRunPanel } from "../mapping/dry-run-panel.tsx"
import { HistoryPanel } from "../mapping/history-panel.tsx"
import classes from "../mapping/mapping.module.css"
import { Preview } from "../mapping/preview.tsx"
import { ProblemList } from "../mapping/problem-list.tsx"
import { SaveBar } from "../mapping/save-bar.tsx"
import { useDraft } from "../mapping/use-draft.ts"

const Editor = lazy(async () => ({ default: (await import("../editor/yaml-editor.tsx")).Editor }))

export function Mapping() {
  const { data, error, refetch } = useMapping()
  // First: a server that is away for a moment takes no text away that was not saved.
  if (data) return <Studio live={data} />
  return error ? <Failed error={error} retry={refetch} /> : <PageLoading />
}

function Studio({ live }: { live: LiveMapping }) {
  const [parameters] = useSearchParams()
  const asked = Number(parameters.get("line")) || undefined
  const [line, setLine] = useState(asked)
  const draft = useDraft(live)
  const schema = useMappingSchema()
  const problems = draft.checked?.problems ?? []
  const warnings = draft.checked?.warnings ?? []
  return (
    <Page
      title="Mapping"
      about={
        live.savedAt ? (
          <>
            Last saved <TimeAgo at={live.savedAt} inherit />
            {live.savedBy && ` by ${live.savedBy}`}.
          </>
        ) : (
          "What becomes an entity, and what each of its values is."
        )
      }
      actions={<SaveBar draft={draft} />}
    >
      <div className={classes.studio}>
        <Card withBorder padding={0} className={classes.text}>
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
          <ProblemList problems={problems} warnings={warnings} goTo={setLine} />
        </Card>
        <Tabs defaultValue="preview" keepMounted={false} className={classes.side}>
          <Tabs.List>
            <Tabs.Tab value="preview">Preview</Tabs.Tab>
            <Tabs.Tab value="dry-run">Dry run</Tabs.Tab>
            <Tabs.Tab value="history">History</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="preview" pt="md">
            <Preview text={draft.valid} goTo={setLine} />
          </Tabs.Panel>
          <Tabs.Panel value="dry-run" pt="md">
            <DryRunPanel draft={draft} />
          </Tabs.Panel>
          <Tabs.Panel value="history" pt="md">
            <HistoryPanel draft={draft} />
          </Tabs.Panel>
        </Tabs>
      </div>
    </Page>
  )
}
