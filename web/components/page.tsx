// The head of a page: its title, a sentence, and what can be done there.
import { Box, Group, Stack, Text, Title } from "@mantine/core"
import { useDocumentTitle } from "@mantine/hooks"
import type { ReactNode } from "react"
import { NotRefreshed } from "./states.tsx"

interface PageProps {
  title: string
  /** Before the title, such as the way here. */
  above?: ReactNode
  about?: ReactNode
  actions?: ReactNode
  /** What could not be read anew, while what was known is shown. */
  stale?: { error: unknown; retry: () => unknown } | undefined
  children: ReactNode
}

export function Page({ title, above, about, actions, stale, children }: PageProps) {
  useDocumentTitle(`${title} · ocean-sentry`)
  return (
    <Box maw="var(--page-width)" mx="auto">
      <Stack gap="lg">
        <div>
          {above}
          <Group justify="space-between" align="flex-end" gap="sm">
            <Box miw={0} flex="1 1 320px">
              <Title order={1} style={{ overflowWrap: "anywhere" }}>
                {title}
              </Title>
              {about && (
                <Text c="dimmed" size="sm" mt={4} component="div">
                  {about}
                </Text>
              )}
            </Box>
            {actions && <Group gap="xs">{actions}</Group>}
          </Group>
        </div>
        {Boolean(stale?.error) && stale && <NotRefreshed {...stale} />}
        {children}
      </Stack>
    </Box>
  )
}
