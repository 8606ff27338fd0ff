// Starting a resync: of all, or of some kinds and projects.
import { AdjustmentsHorizontalIcon, ArrowPathIcon } from "@heroicons/react/24/outline"
import { ActionIcon, Alert, Button, Group, Modal, MultiSelect, Stack, Text, Tooltip } from "@mantine/core"
import { useDisclosure } from "@mantine/hooks"
import { type FormEvent, useState } from "react"
import { useLocation } from "wouter"
import { useAbout } from "../api/about.ts"
import { ApiError } from "../api/http.ts"
import { type RunOrder, useKinds, useStartRun } from "../api/runs.ts"
import { useMayChange } from "../api/session.ts"
import { Failed } from "../components/states.tsx"

export function StartRun({ label = "Resync" }: { label?: string }) {
  const mayChange = useMayChange()
  const about = useAbout()
  const start = useStart()
  const [isOpen, { open, close }] = useDisclosure()
  if (!mayChange) return null
  const refusal = about.data?.resyncs === false ? about.data.resyncRefusal : null
  return (
    <>
      <Tooltip label={refusal} disabled={!refusal}>
        <Group gap={4} wrap="nowrap">
          <Button
            leftSection={<ArrowPathIcon width={18} />}
            loading={start.isPending}
            disabled={refusal !== null}
            onClick={() => start.mutate({})}
          >
            {label}
          </Button>
          <ActionIcon
            size={36}
            variant="default"
            aria-label="Resync a part"
            disabled={refusal !== null}
            onClick={open}
          >
            <AdjustmentsHorizontalIcon width={18} />
          </ActionIcon>
        </Group>
      </Tooltip>
      {start.error && (
        <StartFailed
          error={start.error}
          replace={() => start.mutate({ replace: true })}
          close={start.reset}
        />
      )}
      {isOpen && <PartDialog close={close} />}
    </>
  )
}

/** Goes to the run once it has started. */
function useStart() {
  const [, go] = useLocation()
  const start = useStartRun()
  return {
    ...start,
    mutate: (order: RunOrder) => start.mutate(order, { onSuccess: ({ run }) => go(`/runs/${run.id}`) }),
  }
}

function StartFailed({ error, replace, close }: { error: unknown; replace: () => void; close: () => void }) {
  const isUnderWay = error instanceof ApiError && error.code === "run_under_way"
  return (
    <Modal opened onClose={close} title="The run did not start">
      <Stack>
        {isUnderWay ? (
          <Text>Another run is under way. What it has written stays; the new one begins anew.</Text>
        ) : (
          <Failed error={error} />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {isUnderWay ? "Let it go on" : "Close"}
          </Button>
          {isUnderWay && <Button onClick={replace}>Stop it, and start</Button>}
        </Group>
      </Stack>
    </Modal>
  )
}

function PartDialog({ close }: { close: () => void }) {
  const known = useKinds()
  const start = useStart()
  const [kinds, setKinds] = useState<string[]>([])
  const [projects, setProjects] = useState<string[]>([])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    start.mutate({ ...(kinds.length > 0 ? { kinds } : {}), ...(projects.length > 0 ? { projects } : {}) })
  }
  const offered = known.data?.kinds.filter(({ eventsOnly, inMapping }) => inMapping && !eventsOnly) ?? []
  return (
    <Modal opened onClose={close} title="Resync a part">
      <form onSubmit={submit}>
        <Stack gap="md">
          {known.error && <Failed error={known.error} retry={known.refetch} />}
          {start.error && <Failed error={start.error} />}
          <MultiSelect
            label="Kinds"
            placeholder={kinds.length === 0 ? "All of the mapping" : ""}
            data={offered.map(({ name }) => name)}
            value={kinds}
            onChange={setKinds}
            data-autofocus
          />
          <MultiSelect
            label="Projects"
            placeholder={projects.length === 0 ? "All" : ""}
            searchable
            limit={100}
            data={known.data?.projects ?? []}
            value={projects}
            onChange={setProjects}
          />
          <Alert variant="light" color="gray">
            Nothing is deleted of what this run does not read.
          </Alert>
          <Button type="submit" loading={start.isPending}>
            Start
          </Button>
        </Stack>
      </form>
    </Modal>
  )
}
