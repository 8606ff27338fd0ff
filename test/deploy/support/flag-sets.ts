// The chart's flags in the sets that the documentation names, and all at once.
import { documentedFlags } from "./helm.ts"

/** Where Sentry reaches the Service. */
const hooks = { "liveEvents.baseUrl": "https://hooks.example.com" }
/** The documentation's way for many objects: resyncs by a CronJob, webhooks by a worker. */
export const scalable = {
  ...hooks,
  "workload.kind": "CronJob",
  "workload.cron.resyncTimeoutMinutes": "60",
  scheduledResyncInterval: "'*/60 * * * *'",
  "liveEvents.worker.enabled": "true",
}
const {
  "port.clientId": _,
  "port.clientSecret": __,
  "integration.secrets.sentryToken": ___,
  ...withoutSecrets
} = documentedFlags
const existing = { ...withoutSecrets, "secret.create": "false" }

/** Flags by the name of the original's rendering. */
export const flagSets: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "seed-helm": documentedFlags,
  "seed-baseurl": { ...documentedFlags, ...hooks },
  "scalable-mode": { ...documentedFlags, ...scalable },
  "extra-env": {
    ...documentedFlags,
    "extraEnv[0].name": "HTTP_PROXY",
    "extraEnv[0].value": "http://my-proxy.com:1111",
  },
  ingress: {
    ...documentedFlags,
    "ingress.enabled": "true",
    "ingress.className": "nginx",
    "ingress.host": "h.example.com",
  },
  "existing-secret": { ...existing, "secret.name": "my-existing" },
  "existing-secret-list": { ...existing, "secret.name": "{a,b}" },
  incremental: { ...documentedFlags, "incrementalSync.enabled": "true" },
  "webhook-secret": {
    ...documentedFlags,
    "integration.secrets.sentryWebhookSecret": "whsec",
    scheduledResyncInterval: "60",
    clientTimeout: "90",
    "integration.version": "1.2.3",
  },
}

/** Every switch at once, for what the strict checks see. */
export const everything = {
  ...documentedFlags,
  ...hooks,
  "liveEvents.worker.enabled": "true",
  "liveEvents.ingress.enabled": "true",
  "liveEvents.ingress.host": "hooks.example.com",
  "ingress.enabled": "true",
  "ingress.tls[0].hosts[0]": "h.example.com",
  "ingress.tls[0].secretName": "tls",
  "autoscaling.enabled": "true",
  "autoscaling.oldestEventSeconds": "15",
  "podDisruptionBudget.enabled": "true",
  "networkPolicy.enabled": "true",
  "networkPolicy.egressCidrs[0]": "0.0.0.0/0",
  "store.kind": "postgres",
  "store.existingSecret": "database",
  "scaling.enabled": "true",
  "workload.deployment.replicas": "3",
  "secretFiles.enabled": "true",
  "incrementalSync.enabled": "true",
  "incrementalSync.timeoutMinutes": "10",
  "podServiceAccount.create": "true",
  "imagePullSecrets[0]": "pull",
  "extraLabels.team": "sre",
  "podAnnotations.note": "yes",
  "tolerations[0].operator": "Exists",
  "dnsConfig.nameservers[0]": "1.1.1.1",
  "extraVolumes[0].name": "more",
  "extraVolumes[0].emptyDir.medium": "Memory",
  "extraVolumeMounts[0].name": "more",
  "extraVolumeMounts[0].mountPath": "/more",
  "service.port": "8443",
  "workload.deployment.rolloutStrategy": "RollingUpdate",
  "topologySpreadConstraints[0].maxSkew": "1",
  "topologySpreadConstraints[0].topologyKey": "zone",
  "topologySpreadConstraints[0].whenUnsatisfiable": "DoNotSchedule",
}
