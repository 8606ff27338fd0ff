// As much of Jenkins' declarative pipelines as the Jenkinsfiles here use, in the Groovy that Jenkins has: credentials become
// variables, `sh` runs as Jenkins runs it, a step that fails fails the build.
import org.codehaus.groovy.control.CompilerConfiguration

class Build {
    Map<String, String> credentials
    Map<String, String> variables = [:]
    List<String> bound = []

    void pipeline(Closure body) { run(body, this) }
    void stages(Closure body) { run(body, this) }
    void steps(Closure body) { run(body, this) }
    void script(Closure body) { run(body, this) }
    void stage(String name, Closure body) { println "[Pipeline] stage ${name}"; run(body, this) }
    void agent(Object any) {}
    Object getAny() { 'any' }
    void triggers(Closure body) { run(body, new Options()) }
    void options(Closure body) { run(body, new Options()) }

    void environment(Closure body) {
        def settings = new Settings()
        run(body, settings)
        variables.putAll(settings.values)
    }

    Map string(Map binding) { binding }

    void withCredentials(List<Map> bindings, Closure body) {
        bindings.each {
            if (!credentials.containsKey(it.credentialsId)) {
                throw new IllegalStateException("Could not find credentials entry with ID '${it.credentialsId}'")
            }
            variables[it.variable] = credentials[it.credentialsId]
            bound << credentials[it.credentialsId]
        }
        run(body, this)
    }

    void sh(String text) {
        def file = File.createTempFile('jenkins', '.sh')
        file.text = text
        def builder = new ProcessBuilder('sh', '-xe', file.path).redirectErrorStream(true)
        builder.environment().putAll(variables)
        def process = builder.start()
        process.outputStream.close()
        process.inputStream.eachLine { line ->
            bound.each { line = line.replace(it, '****') }
            println line
        }
        def code = process.waitFor()
        file.delete()
        if (code != 0) throw new IllegalStateException("script returned exit code ${code}")
    }

    static void run(Closure body, Object target) {
        body.setDelegate(target)
        body.resolveStrategy = Closure.DELEGATE_FIRST
        body.call()
    }
}

class Settings {
    Map<String, String> values = [:]
    void setProperty(String name, Object value) { values[name] = value as String }
}

class Options {
    void cron(String text) { assert text.split(' ').size() == 5 }
    void disableConcurrentBuilds() {}
    void timeout(Map limits) { assert limits.time > 0 && limits.unit == 'MINUTES' }
}

def build = new Build(credentials: new groovy.json.JsonSlurper().parse(new File(args[1])) as Map<String, String>)
def configuration = new CompilerConfiguration(scriptBaseClass: DelegatingScript.name)
def script = new GroovyShell(this.class.classLoader, new Binding(), configuration).parse(new File(args[0]))
script.setDelegate(build)
try {
    script.run()
    println 'Finished: SUCCESS'
} catch (IllegalStateException failure) {
    println "ERROR: ${failure.message}"
    println 'Finished: FAILURE'
    System.exit(1)
}
