package dev.darkroom.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.darkroom.config.Environment;
import dev.darkroom.local.template.TemplateReader;
import dev.darkroom.log.Log;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Checks that dependencies point one way: handlers see edges (store, APIDot, network, S3), edges see the domain, the domain sees nothing.
 */
class ArchitectureTest {
    private static final String ROOT = "dev.darkroom";
    private static final ImportOption NO_TEST_JARS = location -> !location.contains("-tests.jar");
    private static final JavaClasses OURS =
            new ClassFileImporter(List.of(new ImportOption.DoNotIncludeTests(), NO_TEST_JARS)).importPackages(ROOT);

    private static final String LOCAL = ROOT + ".local..";
    private static final String[] DOMAIN = ours("json", "task", "request");
    private static final String[] HANDLERS = ours(handlers().toArray(String[]::new));

    /** The classes that put collaborators together. Only they name the clock, the source of randomness and the outside world. */
    private static final DescribedPredicate<JavaClass> WIRING = simpleNameEndingWith("Handler")
            .and(resideInAnyPackage(HANDLERS))
            .or(resideInAPackage(LOCAL))
            .as("a handler class or the local stack");

    /** Returns the packages of the handlers that the template names. */
    static List<String> handlers() {
        return TemplateReader.read(
                        Path.of("..", "template.yaml"),
                        Map.of(),
                        Map.of("TasksTable", "tasks", "ImagesBucket", "images"))
                .functions()
                .stream()
                .map(function -> function.handler().replaceFirst("^" + ROOT + "\\.(.*)\\.[^.]*$", "$1"))
                .toList();
    }

    @Test
    void the_rules_see_the_code() {
        assertThat(OURS.contain(Environment.class)).isTrue();
    }

    @Test
    void the_domain_depends_on_nothing_but_itself() {
        check(onlySees("json", List.of("json"), "com.fasterxml.jackson.core.."));
        check(onlySees("task", List.of("task", "json")));
        // The package judges a URL by its text. The net package applies the same rules, and looks names up, when it
        // opens the URL.
        check(onlySees(
                "request",
                List.of("request", "task", "json", "config"),
                ROOT + ".net.UrlRules",
                ROOT + ".net.Verdict",
                ROOT + ".net.TrustedHosts"));
    }

    @Test
    void packages_are_free_of_cycles() {
        check(slices().matching(ROOT + ".(*)..").should().beFreeOfCycles());
    }

    @Test
    void nothing_below_the_handlers_sees_a_handler() {
        check(noClasses()
                .that(not(resideInAnyPackage(HANDLERS)).and(not(resideInAPackage(LOCAL))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HANDLERS));
    }

    @ParameterizedTest
    @MethodSource("handlers")
    void a_handler_sees_no_other_handler(String handler) {
        String own = ROOT + "." + handler + "..";
        String[] others =
                Arrays.stream(HANDLERS).filter(other -> !other.equals(own)).toArray(String[]::new);
        check(noClasses()
                .that()
                .resideInAPackage(own)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others));
    }

    @Test
    void only_the_local_stack_sees_the_local_stack() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(LOCAL)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(LOCAL));
    }

    /** But whoever uses the bucket may catch its failures. */
    @Test
    void the_aws_sdk_stays_in_store_media_and_wiring() {
        DescribedPredicate<JavaClass> clients = simpleName("HttpClients").and(resideInAPackage(ROOT + ".net"));
        check(noClasses()
                .that(not(resideInAnyPackage(ours("store", "media")))
                        .and(not(WIRING))
                        .and(not(clients)))
                .should()
                .dependOnClassesThat(
                        resideInAPackage("software.amazon.awssdk..").and(not(type(SdkException.class)))));
    }

    @Test
    void only_the_log_writes_to_the_outside() {
        DescribedPredicate<JavaClass> others =
                not(resideInAnyPackage(ROOT + ".log..", LOCAL)).as("outside of log and the local stack");
        check(noClasses().that(others).should(ACCESS_STANDARD_STREAMS));
        check(noClasses()
                .that(others)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "org.slf4j..", "org.apache.logging.."));
    }

    @Test
    void time_and_chance_come_in_as_arguments() {
        check(noClasses()
                .that(not(WIRING).and(resideInAnyPackage(DOMAIN).or(resideInAnyPackage(HANDLERS))))
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDate.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(InstantSource.class, "system")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callMethod(ThreadLocalRandom.class, "current")
                .orShould()
                .callConstructor(Random.class)
                .orShould()
                .callConstructor(SecureRandom.class));
    }

    /** A generator with its own state would produce the same numbers in every copy that Lambda restores from one snapshot. */
    @Test
    void chance_comes_from_the_machine_s_own_generator() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(LOCAL)
                .should()
                .callMethod(ThreadLocalRandom.class, "current")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callConstructor(Random.class)
                .orShould()
                .callConstructor(Random.class, long.class)
                .orShould()
                .callConstructor(SecureRandom.class, byte[].class)
                .orShould()
                .callMethod(SecureRandom.class, "setSeed", byte[].class)
                .orShould()
                .callMethod(SecureRandom.class, "setSeed", long.class));
    }

    @Test
    void a_lambda_entry_point_is_named_handler_and_has_two_constructors_and_a_factory() {
        List<JavaClass> entryPoints = OURS.stream()
                .filter(type -> type.isAssignableTo(RequestStreamHandler.class)
                        && !type.getModifiers().contains(JavaModifier.ABSTRACT))
                .filter(not(resideInAPackage(LOCAL)))
                .toList();
        assertThat(entryPoints).allSatisfy(type -> {
            assertThat(type.getSimpleName()).endsWith("Handler");
            assertThat(type.reflect().getConstructor()).isNotNull();
            assertThat(type.getConstructors()).hasSize(2);
            assertThat(type.reflect().getMethod("of", Environment.class, Log.class))
                    .isNotNull();
        });
        check(classes()
                .that()
                .implement(RequestStreamHandler.class)
                .and()
                .doNotHaveModifier(JavaModifier.ABSTRACT)
                .and()
                .resideOutsideOfPackage(LOCAL)
                .should()
                .resideInAnyPackage(HANDLERS));
    }

    @Test
    void every_package_says_what_may_be_null() {
        assertThat(packagesWithCode())
                .allSatisfy(found -> assertThat(found.isAnnotatedWith(NullMarked.class))
                        .as(found.getName() + " has a @NullMarked package-info.java")
                        .isTrue());
    }

    @Test
    void packages_are_named_for_what_they_are_about_not_for_their_kind() {
        Set<String> kinds = Set.of(
                "util",
                "utils",
                "helper",
                "helpers",
                "impl",
                "model",
                "models",
                "service",
                "services",
                "common",
                "misc",
                "core",
                "dto",
                "base");
        assertThat(packagesWithCode())
                .allSatisfy(found -> assertThat(found.getRelativeName()).isNotIn(kinds));
    }

    @Test
    void what_may_be_absent_is_a_nullable_field_and_an_optional_result() {
        check(noFields().should().haveRawType(Optional.class));
    }

    private static List<JavaPackage> packagesWithCode() {
        return OURS.getDefaultPackage().getSubpackagesInTree().stream()
                .filter(found ->
                        found.getName().startsWith(ROOT) && !found.getClasses().isEmpty())
                .toList();
    }

    /** @param besides packages, or single classes, that it may see as well */
    private static ArchRule onlySees(String name, List<String> ours, String... besides) {
        DescribedPredicate<JavaClass> allowed = resideInAnyPackage("java..", "org.jspecify..")
                .or(resideInAnyPackage(ours(ours.toArray(String[]::new))))
                .or(resideInAnyPackage(besides))
                .or(DescribedPredicate.describe(
                        "named " + List.of(besides),
                        seen -> List.of(besides).contains(seen.getName().replaceAll("\\$.*", ""))));
        return classes()
                .that()
                .resideInAPackage(ROOT + "." + name + "..")
                .should()
                .onlyDependOnClassesThat(allowed);
    }

    private static String[] ours(String... names) {
        return Arrays.stream(names).map(name -> ROOT + "." + name + "..").toArray(String[]::new);
    }

    /** Allows rules that match no class: a package may still be empty. */
    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(OURS);
    }
}
