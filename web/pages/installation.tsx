// One installation of a host: how it stands, its webhook address, its runs, its settings, what its processes said.
import { Squares2X2Icon } from "@heroicons/react/24/outline"
import { Alert, Button, Card, Grid, Group, Stack, Text, Title } from "@mantine/core"
import { Link } from "wouter"
import { ApiError } from "../api/http.ts"
import { type Installation, useHostAbout, useInstallation } from "../api/installations.ts"
import { useMayChange } from "../api/session.ts"
import { Page } from "../components/page.tsx"
import { Empty, Failed, PageLoading } from "../components/states.tsx"
import { Status } from "../components/status.tsx"
import { Way } from "../components/way.tsx"
import { counted } from "../duration.ts"
import { HostLog } from "../hosted/host-log.tsx"
import { HostRuns } from "../hosted/host-runs.tsx"
import { InstallationActions } from "../hosted/installation-actions.tsx"
import { InstallationForm } from "../hosted/installation-form.tsx"
import { LastRun, NextRun } from "../hosted/last-and-next.tsx"
import { stateOf } from "../hosted/state.ts"
import { WebhookAddress } from "../hosted/webhook-address.tsx"
import { AttentionList } from "../overview/attention-list.tsx"

export function InstallationPage({ id }: { id: string }) {
  const { data, error, refetch } = useInstallation(id)
  if (error instanceof ApiError && error.status === 404) return <Gone id={id} />
  if (!data) return error ? <Failed error={error} retry={refetch} /> : <PageLoading />
  return (
    <Page
      title={data.id}
      above={<Way to={[["Installations", "/"]]} here="Installation" />}
      about={`The Sentry organization ${data.sentry.organization} at ${data.sentry.host} → Port at ${data.target.url}, as “${data.identifier}”.`}
      actions={<InstallationActions installation={data} />}
      stale={{ error, retry: refetch }}
    >
      {data.attention.length > 0 && <Matters installation={data} />}
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 5 }}>
          <State installation={data} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <WebhookAddress installation={data} />
        </Grid.Col>
      </Grid>
      <HostRuns id={data.id} />
      <Settings installation={data} />
      <HostLog id={data.id} />
    </Page>
  )
}

/** Removed meanwhile, perhaps, while somebody looked at it. */
function Gone({ id }: { id: string }) {
  return (
    <Empty
      icon={Squares2X2Icon}
      title={`There is no installation “${id}”`}
      action={
        <Button component={Link} href="/" mt="sm">
          To the installations
        </Button>
      }
    >
      It was removed, or never was.
    </Empty>
  )
}

function Matters({ installation: { attention } }: { installation: Installation }) {
  return (
    <AttentionList
      attention={attention.map(({ severity, title, detail, next }) => ({
        id: title,
        severity,
        area: "installation",
        title,
        detail,
        count: 1,
        next: { text: next, page: null, url: null, command: null },
      }))}
    />
  )
}

function State({ installation }: { installation: Installation }) {
  const { enabled, isRunning, waiting } = installation
  return (
    <Card withBorder h="100%">
      <Title order={2} mb="xs">
        How it stands
      </Title>
      <Stack gap={6}>
        <Status state={stateOf(installation)} />
        <Group gap="xs">
          <Text size="sm">Last run:</Text>
          <LastRun installation={installation} />
        </Group>
        {enabled && !isRunning && (
          <Text size="sm" component="div">
            Next run: <NextRun installation={installation} />
          </Text>
        )}
        <Text size="sm" c="dimmed">
          {waiting.events === 0 ? "No webhooks wait." : `${counted(waiting.events, "webhook")} waiting.`}
        </Text>
      </Stack>
    </Card>
  )
}

function Settings({ installation }: { installation: Installation }) {
  const { data: about, error, refetch } = useHostAbout()
  const mayChange = useMayChange()
  const isOfFile = installation.source === "file"
  return (
    <Stack gap="md" component="section" aria-labelledby="settings">
      <Title order={2} id="settings">
        Settings
      </Title>
      {isOfFile && (
        <Alert variant="light">
          It comes from the file {installation.id} in the host's folder, and is changed there.
        </Alert>
      )}
      {error && !about && <Failed error={error} retry={refetch} />}
      {about && (
        <InstallationForm
          about={about}
          known={installation}
          disabled={!mayChange || isOfFile}
          saved={() => undefined}
        />
      )}
    </Stack>
  )
}
