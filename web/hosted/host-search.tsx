// Ctrl-K at a host: its installations by name, organization and identifier.
import { PlusCircleIcon, Squares2X2Icon } from "@heroicons/react/24/outline"
import type { SpotlightActionGroupData } from "@mantine/spotlight"
import { useState } from "react"
import { useLocation } from "wouter"
import { path } from "../api/http.ts"
import { useInstallations } from "../api/installations.ts"
import { useMayChange } from "../api/session.ts"
import { SearchBox } from "../shell/search-box.tsx"

export function HostSearch() {
  const [text, setText] = useState("")
  const [, go] = useLocation()
  const mayChange = useMayChange()
  const { data: installations = [] } = useInstallations()
  const pages = [
    { to: "/", label: "Installations", icon: Squares2X2Icon },
    ...(mayChange ? [{ to: "/new-installation", label: "New installation", icon: PlusCircleIcon }] : []),
  ]
  const groups: SpotlightActionGroupData[] = [
    {
      group: "Pages",
      actions: pages.map(({ to, label, icon: Icon }) => ({
        id: to,
        label,
        leftSection: <Icon width={18} />,
        onClick: () => go(to),
      })),
    },
    {
      group: "Installations",
      actions: installations.map(({ id, identifier, sentry }) => ({
        id: `installation ${id}`,
        label: id,
        description: `${sentry.organization} at ${sentry.host}, as ${identifier}`,
        onClick: () => go(path`/installations/${id}`),
      })),
    },
  ]
  return <SearchBox groups={groups} text={text} onText={setText} placeholder="Installations" />
}
