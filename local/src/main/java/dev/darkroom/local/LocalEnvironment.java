package dev.darkroom.local;

import dev.darkroom.config.Environment;
import dev.darkroom.local.aws.Clients;
import dev.darkroom.local.template.Template;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The functions' environments on this machine. A function gets only the variables that the template declares for it. A value
 * comes from the first of these: the stack's own servers, a setting of the stack, a value for local runs, the template.
 *
 * @param servers the addresses of the stores; these always win
 * @param settings given to the stack
 * @param defaults replace secrets and addresses that exist only after a deployment
 * @param project its folder {@code page} stands for the one in the page's zip
 */
record LocalEnvironment(Map<String, String> servers, Environment settings, Map<String, String> defaults, Path project) {

    Environment of(Template.Function function) {
        Map<String, String> variables = new HashMap<>();
        function.environment().forEach((name, declared) -> {
            String value = value(name, declared);
            if (value.contains("{{resolve:")) {
                throw new StackException(name + " is a secret on AWS, and " + function.id() + " needs it here too: set "
                        + name + " to the secret's text");
            }
            variables.put(name, value);
        });
        // The Lambda runtime itself sets this.
        variables.put("AWS_REGION", Clients.REGION);
        variables.put("LAMBDA_TASK_ROOT", project.toString());
        variables.put("AWS_LAMBDA_FUNCTION_NAME", function.id());
        variables.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", String.valueOf(function.memory()));
        return new Environment(variables);
    }

    private String value(String name, String declared) {
        String server = servers.get(name);
        if (server != null) {
            return server;
        }
        String given = settings.optional(name);
        return given != null ? given : defaults.getOrDefault(name, declared);
    }

    /** The {@code TRUSTED_HOSTS} given, and the stack's own servers under every name they have here. */
    static String trustedHosts(Environment settings, String host, int... ports) {
        Set<String> trusted = new LinkedHashSet<>(settings.list("TRUSTED_HOSTS"));
        for (int port : ports) {
            trusted.add("localhost:" + port);
            trusted.add("127.0.0.1:" + port);
            trusted.add(host + ":" + port);
        }
        return String.join(",", trusted);
    }
}
