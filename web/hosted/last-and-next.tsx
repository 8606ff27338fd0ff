// The last run of an installation and the next one, in a few words.
import { Group, Text } from "@mantine/core"
import type { Installation } from "../api/installations.ts"
import { Status } from "../components/status.tsx"
import { TimeAgo } from "../components/time.tsx"
import { useNow } from "../hooks/use-now.ts"

export function LastRun({ installation: { lastRun } }: { installation: Installation }) {
  if (!lastRun) {
    return (
      <Text size="sm" c="dimmed">
        No run yet
      </Text>
    )
  }
  return (
    <Group gap="xs" wrap="wrap">
      <Status state={lastRun.outcome} />
      <TimeAgo at={lastRun.startedAt} size="sm" c="dimmed" inherit={false} />
    </Group>
  )
}

export function NextRun({ installation }: { installation: Installation }) {
  const { enabled, isRunning, nextRunAt } = installation
  const now = useNow()
  if (!enabled) return <>–</>
  if (isRunning) return <>now</>
  // One whose time has come waits for others to end.
  if (nextRunAt === null || Date.parse(nextRunAt) < now) return <>as soon as there is a place</>
  return <TimeAgo at={nextRunAt} inherit />
}
