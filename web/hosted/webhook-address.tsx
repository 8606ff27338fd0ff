// Where Sentry sends the webhooks of an installation.
import { Card, Text, Title } from "@mantine/core"
import type { Installation } from "../api/installations.ts"
import { CopyLine } from "../components/copy-line.tsx"

export function WebhookAddress({ installation }: { installation: Installation }) {
  const { webhookUrl, secrets, enabled } = installation
  const takesThem = secrets.includes("sentry.webhookSecret")
  // Nobody has told the host how Sentry reaches it: the way this browser came is a good guess.
  const isGuess = webhookUrl.startsWith("/")
  return (
    <Card withBorder h="100%">
      <Title order={2} mb="xs">
        Webhook address
      </Title>
      <CopyLine text={isGuess ? `${location.origin}${webhookUrl}` : webhookUrl} what="the webhook address" />
      <Text size="sm" c="dimmed" mt={6}>
        {!takesThem
          ? "No webhooks are taken: set the webhook secret below. Until then changes show with the next resync."
          : enabled
            ? "Enter it in Sentry as the webhook URL of the internal integration whose client secret is set below."
            : "Paused: webhooks that come now are refused."}
      </Text>
      {isGuess && (
        <Text size="sm" c="dimmed" mt={6}>
          Sentry must be able to reach it. If it does so by another name, set OCEAN__BASE_URL of the host.
        </Text>
      )}
    </Card>
  )
}
