// What stands around every page: navigation, search, the color scheme.

import { MagnifyingGlassIcon } from "@heroicons/react/24/outline"
import { ActionIcon, AppShell, Burger, Group, Kbd, ScrollArea, Text, UnstyledButton } from "@mantine/core"
import { useDisclosure } from "@mantine/hooks"
import { spotlight } from "@mantine/spotlight"
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react"
import { useLocation } from "wouter"
import type { PagesOf, SignedIn } from "../api/session.ts"
import { HostNavigation } from "../hosted/host-navigation.tsx"
import { useIsLive, useLiveUpdates } from "../live.ts"
import { Brand } from "./brand.tsx"
import { ColorScheme } from "./color-scheme.tsx"
import { Navigation } from "./navigation.tsx"
import { Person } from "./person.tsx"
import classes from "./shell.module.css"

const Search = lazy(async () => ({ default: (await import("./search.tsx")).Search }))
const HostSearch = lazy(async () => ({ default: (await import("../hosted/host-search.tsx")).HostSearch }))

interface ShellProps {
  session: SignedIn & { pages: PagesOf }
  children: ReactNode
}

export function Shell({ session, children }: ShellProps) {
  const [isOpen, { toggle, close }] = useDisclosure()
  const [location] = useLocation()
  useLiveUpdates()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes the menu
  useEffect(close, [location])
  return (
    <AppShell
      header={{ height: { base: 52, sm: 0 } }}
      navbar={{ width: 224, breakpoint: "sm", collapsed: { mobile: !isOpen } }}
      padding={{ base: "md", md: "xl" }}
    >
      <a href="#content" className={classes.skip}>
        Skip to the content
      </a>
      <AppShell.Header hiddenFrom="sm">
        <Group h="100%" px="md" justify="space-between">
          <Group gap="sm">
            <Burger
              opened={isOpen}
              onClick={toggle}
              size="sm"
              aria-label={isOpen ? "Close the menu" : "Open the menu"}
            />
            <Brand />
          </Group>
          <ActionIcon variant="subtle" color="gray" size="lg" onClick={spotlight.open} aria-label="Search">
            <MagnifyingGlassIcon width={20} />
          </ActionIcon>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar}>
        <AppShell.Section p="md" pb="xs" visibleFrom="sm">
          <Brand />
        </AppShell.Section>
        <AppShell.Section px="sm" visibleFrom="sm">
          <UnstyledButton className={classes.search} onClick={spotlight.open}>
            <MagnifyingGlassIcon width={16} />
            <Text size="sm" flex={1}>
              Search
            </Text>
            <Kbd size="xs">Ctrl K</Kbd>
          </UnstyledButton>
        </AppShell.Section>
        <AppShell.Section grow component={ScrollArea} px="sm" py="sm">
          {session.pages === "host" ? <HostNavigation /> : <Navigation />}
        </AppShell.Section>
        <AppShell.Section p="sm" className={classes.foot}>
          <Away />
          <Person session={session} />
          <ColorScheme />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        {children}
      </AppShell.Main>
      <Suspense>{session.pages === "host" ? <HostSearch /> : <Search />}</Suspense>
    </AppShell>
  )
}

/** Said only after a while: a connection that comes back at once is nobody's concern. */
function Away() {
  const isLive = useIsLive()
  const [isAway, setAway] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setAway(!isLive), isLive ? 0 : 4_000)
    return () => clearTimeout(timer)
  }, [isLive])
  if (!isAway) return null
  return (
    <Text size="xs" c="dimmed" mb="xs" role="status">
      Not connected: what is shown may be old. Trying again …
    </Text>
  )
}
