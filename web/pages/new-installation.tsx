// A new installation of a host, by its form.
import { Text } from "@mantine/core"
import { useLocation } from "wouter"
import { path } from "../api/http.ts"
import { useHostAbout } from "../api/installations.ts"
import { useMayChange } from "../api/session.ts"
import { Page } from "../components/page.tsx"
import { Failed, PageLoading } from "../components/states.tsx"
import { Way } from "../components/way.tsx"
import { InstallationForm } from "../hosted/installation-form.tsx"

export function NewInstallation() {
  const [, go] = useLocation()
  const mayChange = useMayChange()
  const { data: about, error, refetch } = useHostAbout()
  return (
    <Page
      title="New installation"
      above={<Way to={[["Installations", "/"]]} here="New" />}
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
