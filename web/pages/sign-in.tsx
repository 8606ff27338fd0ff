// Signing in: by the link that the program printed, whose token stands behind the # and so is sent to nobody.
import { Button, Card, Center, Loader, Stack, Text, TextInput, Title } from "@mantine/core"
import { type FormEvent, useEffect, useRef, useState } from "react"
import { useLocation } from "wouter"
import { useSignIn } from "../api/session.ts"
import { Command, Failed } from "../components/states.tsx"

export function SignIn({ command }: { command: string }) {
  const [, go] = useLocation()
  const signIn = useSignIn()
  const [typed, setTyped] = useState("")
  const tried = useRef(false)
  useEffect(() => {
    const token = location.hash.slice(1)
    if (token === "" || tried.current) return
    tried.current = true // a link works once, and React may run this twice
    history.replaceState(null, "", location.pathname) // so that it stays in no history
    signIn.mutate(token, { onSuccess: () => go("/", { replace: true }) })
  }, [signIn.mutate, go])

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const token = typed.trim().split("#").at(-1) ?? ""
    if (token !== "") signIn.mutate(token, { onSuccess: () => go("/", { replace: true }) })
  }
  return (
    <Center mih="100vh" p="md" component="main">
      <Card withBorder w="100%" maw={460} p="xl">
        <Stack gap="md">
          <img src="/favicon.svg" width={40} height={40} alt="" />
          <Title order={1}>Sign in to ocean-sentry</Title>
          {signIn.isPending ? (
            <Loader aria-label="Signing in" />
          ) : (
            <>
              {signIn.error && <Failed error={signIn.error} />}
              <div>
                <Text>
                  A link signs you in; it works once. On the machine that runs ocean-sentry, this prints one:
                </Text>
                <Command>{command}</Command>
                <Text size="sm" c="dimmed">
                  Someone who is signed in can make you one, too.
                </Text>
              </div>
              <form onSubmit={submit}>
                <Stack gap="sm">
                  <TextInput
                    label="The link"
                    placeholder={`${location.origin}/sign-in#…`}
                    autoComplete="off"
                    value={typed}
                    onChange={(event) => setTyped(event.currentTarget.value)}
                  />
                  <Button type="submit" disabled={typed.trim() === ""}>
                    Sign in
                  </Button>
                </Stack>
              </form>
            </>
          )}
        </Stack>
      </Card>
    </Center>
  )
}
