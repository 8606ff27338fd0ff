// What can be done with an installation: a resync beside its interval, a pause, the end.
import { ArrowPathIcon } from "@heroicons/react/24/outline"
import { Button, Group, Modal, Stack, Text } from "@mantine/core"
import { notifications } from "@mantine/notifications"
import { type ReactNode, useState } from "react"
import { useLocation } from "wouter"
import {
  type Installation,
  useRemoveInstallation,
  useResyncInstallation,
  useSaveInstallation,
} from "../api/installations.ts"
import { useMayChange } from "../api/session.ts"
import { describe, Failed } from "../components/states.tsx"

export function InstallationActions({ installation }: { installation: Installation }) {
  const [asked, setAsked] = useState<"pause" | "remove">()
  const mayChange = useMayChange()
  if (!mayChange) return null
  const { source, enabled } = installation
  const close = () => setAsked(undefined)
  return (
    <>
      <Resync installation={installation} />
      {source === "api" && (
        <>
          {enabled ? (
            <Button variant="default" onClick={() => setAsked("pause")}>
              Pause
            </Button>
          ) : (
            <Resume installation={installation} />
          )}
          <Button variant="default" onClick={() => setAsked("remove")}>
            Remove
          </Button>
          <Pause installation={installation} isAsked={asked === "pause"} close={close} />
          <Remove installation={installation} isAsked={asked === "remove"} close={close} />
        </>
      )}
    </>
  )
}

function Resync({ installation: { id, enabled, isRunning } }: { installation: Installation }) {
  const resync = useResyncInstallation()
  return (
    <Button
      leftSection={<ArrowPathIcon width={18} />}
      disabled={!enabled || isRunning}
      loading={resync.isPending}
      onClick={() =>
        resync.mutate(id, {
          onSuccess: () =>
            notifications.show({ message: "Asked for: it starts as soon as there is a place." }),
          onError: (error) => notifications.show({ color: "red", message: describe(error).message }),
        })
      }
    >
      Resync now
    </Button>
  )
}

function Resume({ installation: { id } }: { installation: Installation }) {
  const save = useSaveInstallation({ isNew: false })
  return (
    <Button
      variant="default"
      loading={save.isPending}
      onClick={() =>
        save.mutate(
          { id, order: { enabled: true } },
          {
            onSuccess: () => notifications.show({ message: "It goes on." }),
            onError: (error) => notifications.show({ color: "red", message: describe(error).message }),
          },
        )
      }
    >
      Resume
    </Button>
  )
}

interface QuestionProps {
  installation: Installation
  isAsked: boolean
  close: () => void
}

function Pause({ installation: { id }, isAsked, close }: QuestionProps) {
  const save = useSaveInstallation({ isNew: false })
  return (
    <Question
      isAsked={isAsked}
      close={close}
      title={`Pause “${id}”?`}
      error={save.error}
      keep="Go on"
      does="Pause"
      isPending={save.isPending}
      act={() => save.mutate({ id, order: { enabled: false } }, { onSuccess: close })}
    >
      <Text size="sm">
        It does not resync, and its webhooks are refused, until somebody resumes it; a run that is under way
        goes on to its end. What changes in Sentry meanwhile comes with the next resync.
      </Text>
      <Text size="sm">In Port everything stays as it is.</Text>
    </Question>
  )
}

function Remove({ installation: { id, identifier }, isAsked, close }: QuestionProps) {
  const [, go] = useLocation()
  const remove = useRemoveInstallation(() => {
    notifications.show({ message: `${id} is removed.` })
    go("/")
  })
  return (
    <Question
      isAsked={isAsked}
      close={close}
      title={`Remove “${id}”?`}
      error={remove.error}
      keep="Keep it"
      does={`Remove ${id}`}
      isDanger
      isPending={remove.isPending}
      act={() => remove.mutate(id)}
    >
      <Text size="sm">
        What runs for it is ended. Its settings and secrets, its recorded runs, the webhooks that wait and
        what it remembers of Sentry are gone for good, and its webhook address answers no more.
      </Text>
      <Text size="sm">
        In Port everything stays: its entities, the blueprints, and the integration “{identifier}” with its
        mapping. In Sentry the integration that sends the webhooks stays too.
      </Text>
    </Question>
  )
}

interface AskedProps {
  isAsked: boolean
  close: () => void
  title: string
  error: unknown
  /** What the buttons say. */
  keep: string
  does: string
  isDanger?: boolean
  isPending: boolean
  act: () => void
  children: ReactNode
}

function Question({
  isAsked,
  close,
  title,
  error,
  keep,
  does,
  isDanger,
  isPending,
  act,
  children,
}: AskedProps) {
  return (
    <Modal opened={isAsked} onClose={close} title={title}>
      <Stack>
        {children}
        {Boolean(error) && <Failed error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            {keep}
          </Button>
          <Button {...(isDanger ? { color: "red" } : {})} loading={isPending} onClick={act}>
            {does}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
