// Saving the mapping, and taking back what was not saved.
import { Badge, Button, Group, Modal, Stack, Text } from "@mantine/core"
import { notifications } from "@mantine/notifications"
import { useLocation } from "wouter"
import { ApiError } from "../api/http.ts"
import { useSaveMapping } from "../api/mapping.ts"
import { useMayChange } from "../api/session.ts"
import { Failed } from "../components/states.tsx"
import type { Draft } from "./use-draft.ts"

export function SaveBar({ draft }: { draft: Draft }) {
  const mayChange = useMayChange()
  const save = useSaveMapping()
  const [, go] = useLocation()
  const isWrong = draft.checked?.valid === false
  const store = (resync: boolean, revision = draft.revision) =>
    save.mutate(
      { text: draft.text, revision, resync },
      {
        onSuccess: (saved, order) => {
          draft.saved(order.text, saved.revision)
          notifications.show({ message: `Saved as version ${saved.version}.` })
          if (saved.run) go(`/runs/${saved.run.id}`)
        },
      },
    )
  return (
    <>
      {draft.isChanged && (
        <Badge variant="default" tt="none">
          not saved
        </Badge>
      )}
      {!mayChange && (
        <Text size="sm" c="dimmed">
          You may try things here; saving takes somebody who may change them.
        </Text>
      )}
      {mayChange && (
        <Group gap="xs">
          <Button variant="subtle" disabled={!draft.isChanged} onClick={draft.reset}>
            Undo all
          </Button>
          <Button
            variant="default"
            disabled={!draft.isChanged || isWrong}
            loading={save.isPending && !save.variables.resync}
            onClick={() => store(false)}
          >
            Save
          </Button>
          <Button
            disabled={!draft.isChanged || isWrong}
            loading={save.isPending && save.variables.resync}
            onClick={() => store(true)}
          >
            Save and resync
          </Button>
        </Group>
      )}
      {save.error && (
        <SaveFailed
          error={save.error}
          draft={draft}
          retry={(revision) => store(save.variables?.resync ?? false, revision)}
          close={save.reset}
        />
      )}
    </>
  )
}

interface SaveFailedProps {
  error: unknown
  draft: Draft
  retry: (revision: string) => void
  close: () => void
}

function SaveFailed({ error, draft, retry, close }: SaveFailedProps) {
  const other = currentOf(error)
  return (
    <Modal opened onClose={close} title="It was not saved">
      <Stack>
        <Failed error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Close
          </Button>
          {other && (
            <>
              <Button
                variant="default"
                onClick={() => {
                  draft.replace(other.text, other.revision)
                  close()
                }}
              >
                Take the other one
              </Button>
              <Button onClick={() => retry(other.revision)}>Save mine over it</Button>
            </>
          )}
        </Group>
      </Stack>
    </Modal>
  )
}

/** What somebody else has saved meanwhile. */
function currentOf(error: unknown): { text: string; revision: string } | undefined {
  if (!(error instanceof ApiError) || error.code !== "changed_meanwhile") return undefined
  const body = error.body as { current?: { text: string; revision: string } } // as the API documents it
  return body.current
}
