// The installations one below the other, where there is no room for a table.
import { Card, Group, Stack, Text } from "@mantine/core"
import { Link } from "wouter"
import { path } from "../api/http.ts"
import type { Installation } from "../api/installations.ts"
import { Status } from "../components/status.tsx"
import { counted } from "../duration.ts"
import classes from "../runs/runs.module.css"
import { LastRun, NextRun } from "./last-and-next.tsx"
import { stateOf } from "./state.ts"

export function InstallationCards({ installations }: { installations: readonly Installation[] }) {
  return (
    <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: "none" }} aria-label="Installations">
      {installations.map((one) => (
        <Card key={one.id} component="li" withBorder padding="md">
          <Stack gap={6}>
            <Group justify="space-between" wrap="nowrap">
              <Link href={path`/installations/${one.id}`} className={classes.link}>
                {one.id}
              </Link>
              <Status state={stateOf(one)} />
            </Group>
            <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
              {one.sentry.organization} → {one.identifier}
            </Text>
            <LastRun installation={one} />
            {one.enabled && (
              <Text size="sm" c="dimmed" component="div">
                Next run: <NextRun installation={one} />
                {one.waiting.events > 0 && `; ${counted(one.waiting.events, "webhook")} waiting`}
              </Text>
            )}
          </Stack>
        </Card>
      ))}
    </Stack>
  )
}
