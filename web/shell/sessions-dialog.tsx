import { Badge, Button, Group, Modal, Stack, Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { path, request } from "../api/http.ts"
import { useSessions } from "../api/session.ts"
import { Failed, PageLoading } from "../components/states.tsx"
import { TimeAgo } from "../components/time.tsx"

/** All who are signed in, each to be sent away. */
export function SessionsDialog({ close }: { close: () => void }) {
  const queries = useQueryClient()
  const { data, error, refetch } = useSessions()
  const end = useMutation({
    mutationFn: (id: string) => request(path`/integration/sessions/${id}`, { method: "DELETE" }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["sessions"] }),
  })
  return (
    <Modal opened onClose={close} title="Who is signed in" size="lg">
      <Stack gap="sm">
        {error && <Failed error={error} retry={refetch} />}
        {end.error && <Failed error={end.error} />}
        {!data && !error && <PageLoading />}
        {data?.map(({ id, name, role, current, lastUsedAt }) => (
          <Group key={id} justify="space-between" wrap="nowrap">
            <div>
              <Group gap="xs">
                <Text fw={500}>{name}</Text>
                <Badge variant="default" tt="none">
                  {role === "admin" ? "may change things" : "may look only"}
                </Badge>
              </Group>
              <Text size="sm" c="dimmed">
                last seen <TimeAgo at={lastUsedAt} inherit />
              </Text>
            </div>
            {current ? (
              <Text size="sm" c="dimmed">
                this browser
              </Text>
            ) : (
              <Button
                size="xs"
                variant="default"
                loading={end.isPending && end.variables === id}
                onClick={() => end.mutate(id)}
              >
                End
              </Button>
            )}
          </Group>
        ))}
      </Stack>
    </Modal>
  )
}
