// What a page or a part shows while it has nothing to show: loading, empty, failed.

import { ExclamationTriangleIcon } from "@heroicons/react/24/outline"
import {
  Alert,
  Anchor,
  Button,
  Center,
  Code,
  Group,
  Skeleton,
  Stack,
  Text,
  ThemeIcon,
  Title,
} from "@mantine/core"
import type { ComponentType, ReactNode } from "react"
import { ApiError } from "../api/http.ts"

export function PageLoading() {
  return (
    <Stack aria-busy="true" aria-label="Loading" gap="md">
      <Skeleton height={32} width="30%" />
      <Skeleton height={16} width="60%" />
      <Skeleton height={280} />
    </Stack>
  )
}

interface EmptyProps {
  icon: ComponentType<{ width?: number }>
  title: string
  children?: ReactNode
  action?: ReactNode
}

/** Nothing is there, why that is so, and what to do next. */
export function Empty({ icon: Icon, title, children, action }: EmptyProps) {
  return (
    <Center py={56} px="md">
      <Stack align="center" gap="xs" maw={460}>
        <ThemeIcon variant="light" size={52} radius="xl" aria-hidden>
          <Icon width={26} />
        </ThemeIcon>
        <Title order={2} ta="center">
          {title}
        </Title>
        {children && (
          <Text c="dimmed" ta="center" component="div">
            {children}
          </Text>
        )}
        {action}
      </Stack>
    </Center>
  )
}

/** What went wrong in the server's words, how to mend it, and another try. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const { message, hint } = describe(error)
  return (
    <Alert
      color="red"
      variant="light"
      icon={<ExclamationTriangleIcon width={20} />}
      title={message}
      role="alert"
    >
      {hint && <Text size="sm">{hint}</Text>}
      {retry && (
        <Group mt="xs">
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        </Group>
      )}
    </Alert>
  )
}

/** What is shown was read before; the newest could not be. Nothing is taken away for that. */
export function NotRefreshed({ error, retry }: { error: unknown; retry: () => unknown }) {
  return (
    <Text size="sm" c="dimmed" role="status">
      Could not be refreshed: {describe(error).message}{" "}
      <Anchor component="button" type="button" inherit onClick={() => void retry()}>
        Try again
      </Anchor>
    </Text>
  )
}

export function describe(error: unknown): { message: string; hint?: string } {
  if (error instanceof ApiError)
    return { message: error.message, ...(error.hint ? { hint: error.hint } : {}) }
  return { message: "This page failed.", hint: error instanceof Error ? error.message : String(error) }
}

/** A line of a command for a terminal. */
export function Command({ children }: { children: string }) {
  return (
    <Code block fz="sm" my={4} ta="left">
      {children}
    </Code>
  )
}
