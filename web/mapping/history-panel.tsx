// How the mapping was before, and the way back to it.
import { ClockIcon } from "@heroicons/react/24/outline"
import { Badge, Button, Card, Group, Stack, Text } from "@mantine/core"
import { notifications } from "@mantine/notifications"
import { readVersion, useRestore, useVersions } from "../api/mapping.ts"
import { useMayChange } from "../api/session.ts"
import { describe, Empty, Failed, PageLoading } from "../components/states.tsx"
import { TimeAgo } from "../components/time.tsx"
import type { Draft } from "./use-draft.ts"

export function HistoryPanel({ draft }: { draft: Draft }) {
  const { data, error, refetch } = useVersions()
  const restore = useRestore()
  const mayChange = useMayChange()
  if (!data) return error ? <Failed error={error} retry={refetch} /> : <PageLoading />
  const { versions, revision } = data
  if (versions.length === 0) {
    return (
      <Empty icon={ClockIcon} title="No earlier version">
        Each save is kept from here on.
      </Empty>
    )
  }
  const tell = (failure: unknown) => notifications.show({ color: "red", message: describe(failure).message })
  const back = (version: number) =>
    restore.mutate(
      { version, revision },
      {
        onSuccess: async (saved) => {
          draft.follow(await readVersion(saved.version), saved.revision)
          const message = `Version ${version} is live again, as version ${saved.version}.`
          notifications.show({
            message: draft.isChanged ? `${message} What you had not saved is still in the editor.` : message,
          })
        },
        onError: tell,
      },
    )
  return (
    <Stack gap="sm">
      {versions.map(({ version, savedAt, savedBy, note, current }) => (
        <Card key={version} withBorder padding="sm">
          <Group justify="space-between">
            <div>
              <Group gap="xs">
                <Text size="sm" fw={500}>
                  Version {version}
                </Text>
                {current && (
                  <Badge variant="default" tt="none">
                    live
                  </Badge>
                )}
              </Group>
              <Text size="xs" c="dimmed">
                <TimeAgo at={savedAt} inherit />
                {savedBy && ` by ${savedBy}`}
                {note && `: ${note}`}
              </Text>
            </div>
            <Group gap="xs">
              <Button
                size="xs"
                variant="default"
                onClick={() => void readVersion(version).then(draft.set, tell)}
              >
                Into the editor
              </Button>
              {mayChange && !current && (
                <Button
                  size="xs"
                  variant="default"
                  loading={restore.isPending && restore.variables.version === version}
                  onClick={() => back(version)}
                >
                  Make it live
                </Button>
              )}
            </Group>
          </Group>
        </Card>
      ))}
    </Stack>
  )
}
