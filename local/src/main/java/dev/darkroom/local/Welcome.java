package dev.darkroom.local;

import dev.darkroom.config.Environment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The text that the stack prints when it is up: addresses, and commands to paste. */
final class Welcome {
    private Welcome() {}

    static String text(LocalStack stack, Options options, Duration took) {
        return options.functions() ? ofAll(stack, options, took) : ofServers(stack, took);
    }

    private static String ofServers(LocalStack stack, Duration took) {
        return """

            The servers are up after %s s, and no function (RUN_FUNCTIONS=false). Ctrl-C ends them; %s.
            DynamoDB %s, table %s
            S3 %s, bucket %s
            Simulated APIDot %s
            docs/sam-local.md says what to try.
            """.formatted(
                        seconds(took),
                        kept(stack),
                        stack.dynamoDbUrl(),
                        stack.tasksTable(),
                        stack.s3Url(),
                        stack.imagesBucket(),
                        stack.apiDot().baseUrl());
    }

    private static String kept(LocalStack stack) {
        return stack.dataDir() == null
                ? "everything is in memory and goes with it"
                : "everything is kept in " + stack.dataDir();
    }

    private static String seconds(Duration took) {
        return String.format(Locale.ROOT, "%.1f", took.toMillis() / 1000.0);
    }

    private static String ofAll(LocalStack stack, Options options, Duration took) {
        String api = stack.apiUrl().toString();
        String apiDot = stack.apiDot().baseUrl().toString();
        Environment settings = new Environment(options.settings());
        List<String> generated = new ArrayList<>();
        if (settings.optional("CALLBACK_SIGNING_KEYS") == null) {
            generated.add(
                    "  CALLBACK_SIGNING_KEYS (generated)   " + stack.secrets().callbackSigningKeys());
        }
        if (settings.optional("CLIENT_WEBHOOK_SECRETS") == null) {
            generated.add(
                    "  CLIENT_WEBHOOK_SECRETS (generated)  " + stack.secrets().clientWebhookSecrets());
        }
        boolean simulated = settings.optional("APIDOT_API_KEY") == null;
        String upstream = simulated
                ? "the simulated one, " + apiDot
                : "the one at " + (settings.optional("APIDOT_BASE_URL") == null ? "APIDot itself" : "APIDOT_BASE_URL")
                        + ", with your key";
        return """

            Darkroom is up after %s s. Ctrl-C ends it; %s.
            Submits go to %s.
            %s

            Open %s: a page to make pictures and look at them.

            Or try (any bearer token names a user):

            curl -s %s/api/generate/submit -H 'Authorization: Bearer alice' -H 'Content-Type: application/json' -d '{
              "model": "gpt-image-2",
              "callback_url": "%s/receiver/alice",
              "input": {
                "prompt": "A premium product photo of a silver espresso machine on a clean white studio background, realistic lighting, high detail",
                "quality": "low",
                "size": "1:1",
                "resolution": "1K"
              }
            }'
            %s
            curl -s %s/api/generate/tasks -H 'Authorization: Bearer alice'
            curl -s %s/api/generate/status/TASK_ID -H 'Authorization: Bearer alice'
            curl -s %s/receiver/alice
            """.formatted(
                        seconds(took),
                        kept(stack),
                        upstream,
                        String.join("\n", generated),
                        api,
                        api,
                        apiDot,
                        // Only the simulated APIDot can fetch the sample's source.
                        simulated ? edit(api, apiDot) : "",
                        api,
                        api,
                        apiDot);
    }

    private static String edit(String api, String apiDot) {
        return """

            curl -s %s/api/generate/submit -H 'Authorization: Bearer alice' -H 'Content-Type: application/json' -d '{
              "model": "gpt-image-2-edit",
              "callback_url": "%s/receiver/alice",
              "input": {
                "prompt": "Replace the background with a clean white studio backdrop and add a soft natural shadow",
                "quality": "high",
                "size": "2304x2048",
                "resolution": "2K",
                "image_urls": ["%s/samples/source.png"]
              }
            }'
            """.formatted(api, apiDot, apiDot);
    }
}
