// All installations of a host: how each stands, and what needs a person.
import { PlusIcon, Squares2X2Icon } from "@heroicons/react/24/outline"
import { Button, Card } from "@mantine/core"
import { useMediaQuery } from "@mantine/hooks"
import { Link } from "wouter"
import { path } from "../api/http.ts"
import { type Installation, useHostAbout, useInstallations } from "../api/installations.ts"
import type { Attention } from "../api/overview.ts"
import { useMayChange } from "../api/session.ts"
import { Page } from "../components/page.tsx"
import { Empty, Failed, PageLoading } from "../components/states.tsx"
import { counted } from "../duration.ts"
import { InstallationCards } from "../hosted/installation-cards.tsx"
import { InstallationTable } from "../hosted/installation-table.tsx"
import { AttentionList } from "../overview/attention-list.tsx"

export function Installations() {
  const { data, error, refetch } = useInstallations()
  const { data: host } = useHostAbout()
  const isNarrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false })
  return (
    <Page
      title="Installations"
      about={
        data && data.length > 0
          ? `${counted(data.length, "Sentry organization")} into Port. Version ${host?.version ?? "…"}.`
          : "Each is one Sentry organization into one Port."
      }
      actions={data && data.length > 0 && <New />}
      stale={data ? { error, retry: refetch } : undefined}
    >
      {error && !data && <Failed error={error} retry={refetch} />}
      {!data && !error && <PageLoading />}
      {data?.length === 0 && <None />}
      {data && data.length > 0 && (
        <>
          <AttentionList attention={data.flatMap(mattersOf)} />
          {isNarrow ? (
            <InstallationCards installations={data} />
          ) : (
            <Card withBorder padding={0}>
              <InstallationTable installations={data} />
            </Card>
          )}
        </>
      )}
    </Page>
  )
}

function New() {
  if (!useMayChange()) return null
  return (
    <Button component={Link} href="/new-installation" leftSection={<PlusIcon width={18} />}>
      New installation
    </Button>
  )
}

function None() {
  const mayChange = useMayChange()
  return (
    <Empty icon={Squares2X2Icon} title="No installation yet" action={<New />}>
      {mayChange
        ? "With a token of a Sentry organization and credentials of Port the first one runs within a minute. Its address for webhooks is told when it is created."
        : "Somebody who may change things can create the first one."}
    </Empty>
  )
}

function mattersOf({ id, attention }: Installation): Attention[] {
  return attention.map(({ severity, title, detail }, index) => ({
    id: `${id} ${index}`,
    severity,
    area: "installation",
    title: `${id}: ${title.slice(0, 1).toLowerCase()}${title.slice(1)}`,
    detail,
    count: 1,
    next: { text: "Look at it", page: path`/installations/${id}`, url: null, command: null },
  }))
}
