// The names under which this is published. Nobody of ours owns one yet, so all of them lie below example.com, where nobody
// else can publish either: a pipeline that keeps them fails, instead of running a stranger's program with its secrets.

export const publishedNames = {
  /** A registry that has the package below, and passes on to npm's own for all others. */
  npmRegistry: "https://npm.example.com",
  package: "ocean-sentry",
  /** Without its tag. */
  image: "registry.example.com/ocean-sentry",
  /** As a classic index, for `helm repo add`. */
  chartRepository: "https://charts.example.com",
  /** As an OCI artefact: the chart's name follows. */
  chartRegistry: "oci://registry.example.com/charts",
  chart: "ocean-sentry",
} as const
