// Who is signed in, and what they can do about it.
import {
  ArrowRightStartOnRectangleIcon,
  ChevronUpDownIcon,
  UserPlusIcon,
  UsersIcon,
} from "@heroicons/react/24/outline"
import { Menu, Text, UnstyledButton } from "@mantine/core"
import { useState } from "react"
import { useLocation } from "wouter"
import { type SignedIn, useSignOut } from "../api/session.ts"
import { InviteDialog } from "./invite-dialog.tsx"
import { SessionsDialog } from "./sessions-dialog.tsx"
import classes from "./shell.module.css"

export function Person({ session }: { session: SignedIn }) {
  const [, go] = useLocation()
  const signOut = useSignOut()
  const [dialog, setDialog] = useState<"invite" | "sessions">()
  const close = () => setDialog(undefined)
  return (
    <>
      <Menu position="top-start" width={208} shadow="md">
        <Menu.Target>
          <UnstyledButton className={classes.person}>
            <span>
              <Text size="sm" fw={500} truncate>
                {session.name}
              </Text>
              <Text size="xs" c="dimmed">
                {session.role === "admin" ? "may change things" : "may look only"}
              </Text>
            </span>
            <ChevronUpDownIcon width={16} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {session.role === "admin" && (
            <>
              <Menu.Item leftSection={<UserPlusIcon width={16} />} onClick={() => setDialog("invite")}>
                Invite somebody …
              </Menu.Item>
              <Menu.Item leftSection={<UsersIcon width={16} />} onClick={() => setDialog("sessions")}>
                Who is signed in …
              </Menu.Item>
            </>
          )}
          <Menu.Item
            leftSection={<ArrowRightStartOnRectangleIcon width={16} />}
            onClick={() => signOut.mutate(undefined, { onSuccess: () => go("/sign-in") })}
          >
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === "invite" && <InviteDialog close={close} />}
      {dialog === "sessions" && <SessionsDialog close={close} />}
    </>
  )
}
