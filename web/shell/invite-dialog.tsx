import { Button, CopyButton, Modal, Radio, Stack, Text, TextInput } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { type FormEvent, useState } from "react"
import { request } from "../api/http.ts"
import type { Role } from "../api/session.ts"
import { Command, Failed } from "../components/states.tsx"
import { TimeAgo } from "../components/time.tsx"

interface MadeLink {
  url: string
  expiresAt: string
}

/** A link for somebody else; it is shown this once. */
export function InviteDialog({ close }: { close: () => void }) {
  const [role, setRole] = useState<Role>("viewer")
  const [name, setName] = useState("")
  const invite = useMutation({
    mutationFn: () =>
      request<MadeLink>("/integration/session/links", {
        method: "POST",
        body: { role, ...(name ? { name } : {}) },
      }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    invite.mutate()
  }
  return (
    <Modal opened onClose={close} title="Invite somebody">
      {invite.data ? (
        <Stack gap="sm">
          <Text size="sm">
            Send this link. It signs in once, and ends <TimeAgo at={invite.data.expiresAt} inherit />.
          </Text>
          <Command>{invite.data.url}</Command>
          <CopyButton value={invite.data.url}>
            {({ copied, copy }) => <Button onClick={copy}>{copied ? "Copied" : "Copy the link"}</Button>}
          </CopyButton>
        </Stack>
      ) : (
        <form onSubmit={submit}>
          <Stack gap="md">
            {invite.error && <Failed error={invite.error} />}
            <TextInput
              label="Who is it for?"
              description="The audit log names them by it."
              data-autofocus
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Radio.Group
              label="They may"
              value={role}
              onChange={(value) => setRole(value === "admin" ? "admin" : "viewer")}
            >
              <Stack gap="xs" mt={6}>
                <Radio value="viewer" label="look, and try mappings" />
                <Radio value="admin" label="change everything" />
              </Stack>
            </Radio.Group>
            <Button type="submit" loading={invite.isPending}>
              Make a link
            </Button>
          </Stack>
        </form>
      )}
    </Modal>
  )
}
