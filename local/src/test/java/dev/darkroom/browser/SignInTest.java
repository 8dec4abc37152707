package dev.darkroom.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import dev.darkroom.local.LocalStack;
import dev.darkroom.testing.LocalStackExtension;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Signing in with the stack's own user pool. {@link FakeCognito} plays Cognito. */
@NeedsChromium
@Order(1)
class SignInTest {
    private static final String PASSWORD = "Correct-Horse-7";

    @AutoClose
    private static final FakeCognito COGNITO = FakeCognito.start();

    @RegisterExtension
    static final LocalStackExtension STACK = LocalStackExtension.with("SIGN_IN", "cognito")
            .and("USER_POOL_CLIENT_ID", FakeCognito.CLIENT_ID)
            .and("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", COGNITO.url());

    private static Visitors visitors;

    @BeforeAll
    static void start(Visitors given) {
        visitors = given;
    }

    private static Visitor signIn(Visitor visitor, String name, String password) {
        visitor.open();
        visitor.field("E-mail address").fill(name);
        visitor.field("Password").fill(password);
        visitor.button("Sign in").click();
        return visitor;
    }

    private static Map<?, ?> kept(Visitor visitor) {
        return (Map<?, ?>) visitor.page().evaluate("({ ...localStorage })");
    }

    private static void isIn(Visitor visitor, String name) {
        assertThat(visitor.page().getByText(name, new Page.GetByTextOptions().setExact(true)))
                .isVisible();
    }

    @Test
    void a_password_signs_in_and_the_refresh_token_outlives_the_tab() {
        COGNITO.user("ann@example.com", PASSWORD);
        try (Visitor ann = signIn(visitors.visitor(), "ann@example.com", "wrong")) {
            assertThat(ann.page().getByText("The e-mail address or the password is wrong."))
                    .isVisible();
            ann.field("Password").fill(PASSWORD);
            ann.button("Sign in").click();
            isIn(ann, "ann@example.com");
            ann.make("Mine").sees("Mine");

            assertThat(kept(ann)).hasSize(1);
            assertThat(kept(ann).values().toString()).contains("refresh-").doesNotContain("ey", PASSWORD);
            ann.page().reload();
            isIn(ann, "ann@example.com");
            ann.sees("Mine");
        }
    }

    @Test
    void signing_out_revokes_what_outlived_the_tab() {
        COGNITO.user("leaver@example.com", PASSWORD);
        try (Visitor leaver = signIn(visitors.visitor(), "leaver@example.com", PASSWORD)) {
            isIn(leaver, "leaver@example.com");
            String token = kept(leaver).values().iterator().next().toString();
            leaver.page()
                    .waitForResponse(
                            COGNITO.url() + "/", () -> leaver.button("Sign out").click());
            assertThat(COGNITO.refreshTokens()).doesNotContain(token);
            assertThat(kept(leaver)).isEmpty();
            leaver.page().reload();
            assertThat(leaver.field("Password")).isVisible();
        }
    }

    @Test
    void signing_out_in_one_tab_signs_out_the_other_and_a_stranger_takes_over_no_tab() {
        COGNITO.user("one@example.com", PASSWORD);
        COGNITO.user("two@example.com", PASSWORD);
        try (Visitor one = signIn(visitors.fresh(), "one@example.com", PASSWORD)) {
            isIn(one, "one@example.com");
            one.make("Of one").sees("Of one");
            one.prompt().fill("Half written");
            Page other = one.page().context().newPage();
            other.navigate(one.page().url());
            assertThat(other.getByText("one@example.com")).isVisible();
            other.getByText("Sign out").click();
            assertThat(one.field("Password")).isVisible();
            assertThat(one.tiles()).hasCount(0);
            assertThat(one.prompt()).hasValue("");

            signIn(one, "one@example.com", PASSWORD);
            isIn(one, "one@example.com");
            other.getByLabel("E-mail address").first().fill("two@example.com");
            other.getByLabel("Password", new Page.GetByLabelOptions().setExact(true))
                    .first()
                    .fill(PASSWORD);
            other.keyboard().press("Enter");
            assertThat(other.getByText("two@example.com")).isVisible();
            one.page().route("**/api/generate/submit", Visitor::refuse);
            one.make("Not of two");
            assertThat(one.field("Password")).isVisible();
            assertThat(one.prompt()).hasValue("Not of two");
            one.page().reload();
            isIn(one, "two@example.com");
            assertThat(one.prompt()).hasValue("");
        }
    }

    @Test
    void a_first_password_is_replaced() {
        COGNITO.newUser("fresh@example.com", "Temporary-1");
        try (Visitor fresh = signIn(visitors.visitor(), "fresh@example.com", "Temporary-1")) {
            fresh.field("New password").fill("My-Own-Secret-1");
            fresh.button("Save and sign in").click();
            isIn(fresh, "fresh@example.com");
        }
        try (Visitor again = signIn(visitors.visitor(), "fresh@example.com", "My-Own-Secret-1")) {
            isIn(again, "fresh@example.com");
        }
    }

    @Test
    void an_authenticators_code_is_asked_for() {
        COGNITO.userWithAuthenticator("careful@example.com", PASSWORD);
        try (Visitor careful = signIn(visitors.visitor(), "careful@example.com", PASSWORD)) {
            careful.field("Code of your authenticator app").fill("000000");
            careful.page().keyboard().press("Enter");
            assertThat(careful.page().getByText("The code is wrong.")).isVisible();
            careful.button("Back").click();
            careful.field("E-mail address").fill("careful@example.com");
            careful.field("Password").fill(PASSWORD);
            careful.page().keyboard().press("Enter");
            // The second one closes the dialog; its step must not be lost.
            careful.page().keyboard().press("Escape");
            careful.page().keyboard().press("Escape");
            careful.field("Code of your authenticator app").fill(FakeCognito.CODE);
            careful.page().keyboard().press("Enter");
            isIn(careful, "careful@example.com");
        }
    }

    @Test
    void a_forgotten_password_is_replaced_by_code() {
        COGNITO.user("absent@example.com", PASSWORD);
        try (Visitor absent = visitors.visitor().open()) {
            absent.button("Forgot your password?").click();
            absent.field("E-mail address").fill("absent@example.com");
            absent.button("Send the code").click();
            absent.field("Code from the e-mail").fill(FakeCognito.CODE);
            absent.field("New password").fill("Remembered-Now-1");
            absent.button("Save and sign in").click();
            isIn(absent, "absent@example.com");
        }
    }

    @Test
    void an_expired_token_is_replaced_unseen_and_a_revoked_one_asks() {
        COGNITO.user("daily@example.com", PASSWORD);
        try (Visitor daily = signIn(visitors.visitor(), "daily@example.com", PASSWORD)) {
            isIn(daily, "daily@example.com");
            AtomicInteger refused = new AtomicInteger();
            daily.page().route("**/api/generate/submit", route -> {
                if (refused.getAndIncrement() == 0) {
                    Visitor.refuse(route);
                } else {
                    route.resume();
                }
            });
            daily.make("Never noticed").sees("Never noticed");
            assertThat(refused).hasValue(2);

            refused.set(0);
            COGNITO.refreshTokens().clear();
            daily.make("Asked");
            assertThat(daily.field("Password")).isVisible();
            assertThat(daily.prompt()).hasValue("Asked");
        }
    }

    @Test
    void while_cognito_cannot_be_reached_nobody_is_signed_out() {
        COGNITO.user("traveller@example.com", PASSWORD);
        try (Visitor traveller = signIn(visitors.fresh(), "traveller@example.com", PASSWORD)) {
            isIn(traveller, "traveller@example.com");
            traveller.page().route(COGNITO.url() + "/**", Route::abort);
            traveller.page().route("**/api/generate/submit", Visitor::refuse);
            traveller.page().clock().install();
            traveller.make("In a tunnel");
            Locator problem = traveller.page().locator("#other-problem");
            // The page retries three times, with a longer wait before each.
            traveller.page().waitForCondition(() -> {
                traveller.page().clock().fastForward(10_000);
                return !problem.innerText().isEmpty();
            });
            assertThat(problem).containsText("The sign-in service did not answer.");
            traveller.page().unrouteAll();
            traveller.button("Make").click();
            traveller.sees("In a tunnel");
        }
    }

    @Nested
    class WithAnIssuerOfTheTeamsOwn {
        @RegisterExtension
        static final LocalStackExtension STACK = LocalStackExtension.with("SIGN_IN", "token");

        @Test
        void a_token_is_taken_and_kept_nowhere(LocalStack stack) {
            try (Visitor visitor = visitors.of(stack.apiUrl()).visitor().open()) {
                visitor.field("Access token").fill("some\nbody");
                visitor.button("Continue").click();
                assertThat(visitor.page().getByText("This is not an access token"))
                        .isVisible();
                visitor.field("Access token").fill("Bearer somebody");
                visitor.button("Continue").click();
                visitor.make("With a token").sees("With a token");
                assertThat(visitor.page()
                                .evaluate("Object.values({ ...localStorage, ...sessionStorage }).join()")
                                .toString())
                        .doesNotContain("somebody");
                visitor.page().reload();
                assertThat(visitor.field("Access token")).isVisible();
            }
        }
    }
}
