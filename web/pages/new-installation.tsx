// A new installation of a host, by its form.
import { Anchor, Breadcrumbs, Text } from "@mantine/core"
import { Link, useLocation } from "wouter"
import { path } from "../api/http.ts"
import { useHostAbout } from "../api/installations.ts"
import { useMayChange } from "../api/session.ts"
import { Page } from "../components/page.tsx"
import { Failed, PageLoading } from "../components/states.tsx"
import { InstallationForm } from "../hosted/installation-form.tsx"

export function NewInstallation() {
  const [, go] = useLocation()
  const mayChange = useMayChange()
  const { data: about, error, refetch } = useHostAbout()
  return (
    <Page
      title="New installation"
      above={<Way />}
      about="One Sentry organization into one Port. It resyncs as soon as it is created."
    >
      {!mayChange && <Text size="sm">This session may look, and make nothing.</Text>}
      {mayChange && !about && (error ? <Failed error={error} retry={refetch} /> : <PageLoading />)}
      {mayChange && about && (
        <InstallationForm about={about} saved={({ id }) => go(path`/installations/${id}`)} />
      )}
    </Page>
  )
}

function Way() {
  return (
    <Breadcrumbs mb={6} fz="sm">
      <Anchor component={Link} href="/" inherit>
        Installations
      </Anchor>
      <Text inherit>New</Text>
    </Breadcrumbs>
  )
}
