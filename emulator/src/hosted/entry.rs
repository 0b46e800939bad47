//! `/login`, `/signup`, `/logout`: coming in and going out.

use http::Response;

use super::{Input, Outcome, Visit, to, without_cookie};
use crate::routes::{login, session, signup};
use crate::settings::{Feature, Field, PasswordField, Signup};
use crate::wire::Refusal;

impl Visit<'_> {
    /// `GET /login`: straight on for a browser that is logged in, unless `prompt=login` asks again.
    pub(super) fn show_login(&mut self) -> Outcome {
        if self.param("prompt").as_deref() != Some("login")
            && let Some(response) = self.go_on_as_known()?
        {
            return Ok(response);
        }
        self.login_form(Vec::new())
    }

    /// `POST /login`.
    pub(super) fn log_in(&mut self) -> Outcome {
        let members = self.members(&["email", "password", "account"]);
        match self.call(Feature::Login, login::create, members) {
            Ok(outcome) => self.proceed(outcome),
            Err(errors) => self.login_form(errors),
        }
    }

    /// `POST /login/verify`: the second factor.
    pub(super) fn verify_login(&mut self) -> Outcome {
        let members = self.members(&["token", "code", "account"]);
        match self.call(Feature::Login, login::verify, members) {
            Ok(outcome) => self.proceed(outcome),
            Err(errors) => {
                let token = self.typed("token");
                self.ask_for_code(&token, errors)
            }
        }
    }

    /// The form for the second factor.
    pub(super) fn ask_for_code(&self, token: &str, errors: Vec<String>) -> Outcome {
        let mut form = self.form("/login/verify", vec![Input::code()], "Verify");
        form.hidden.push(("token", token.to_owned()));
        self.page("One more step", None, errors, vec![form])
    }

    /// `GET /signup`: the form, or the form to ask for an invitation.
    pub(super) fn show_signup(&mut self) -> Outcome {
        if self.param("invitation").is_none()
            && let Some(response) = self.go_on_as_known()?
        {
            return Ok(response);
        }
        self.signup_form(Vec::new())
    }

    /// `POST /signup`.
    pub(super) fn sign_up(&mut self) -> Outcome {
        let mut members = self.members(&[
            "email",
            "password",
            "password_confirmation",
            "first_name",
            "last_name",
            "username",
            "org_name",
        ]);
        if let Some(invitation) = self.param("invitation") {
            members.insert(self.realm.settings.assumptions.invitation_param.clone(), invitation.into());
        }
        match self.call(Feature::Signup, signup::create, members) {
            Ok(outcome) => self.proceed(outcome),
            Err(errors) => self.signup_form(errors),
        }
    }

    /// `POST /signup/request`.
    pub(super) fn request_invitation(&mut self) -> Outcome {
        match self.call(Feature::Signup, signup::request, self.members(&["email"])) {
            Ok(_) => {
                let note = "Your request was noted. You will get a mail when you are invited.";
                self.page("Thank you", Some(note), Vec::new(), Vec::new())
            }
            Err(errors) => self.signup_form(errors),
        }
    }

    /// `GET /logout`: ends the session that is named and the browser's own; goes on within the realm only.
    pub(super) fn log_out(&mut self) -> Response<Vec<u8>> {
        for session in [self.param("session"), self.session()].into_iter().flatten() {
            self.realm.sessions.shift_remove(session.as_str());
        }
        let target = self.param("redirect_uri").and_then(|wanted| self.trusted(&wanted));
        without_cookie(to(target.as_ref().map_or("/login", url::Url::as_str)))
    }

    /// A browser that is logged in goes on as the same person.
    fn go_on_as_known(&mut self) -> Result<Option<Response<Vec<u8>>>, Refusal> {
        let Some(session) = self.session() else { return Ok(None) };
        self.refresh(&session).map(Some)
    }

    /// Goes where the session leads now.
    pub(super) fn refresh(&mut self, session: &str) -> Outcome {
        let mut members = self.members(&["account"]);
        members.insert("session".into(), session.into());
        match self.call(Feature::Api, session::show, members) {
            Ok(outcome) => self.proceed(outcome),
            Err(errors) => self.login_form(errors),
        }
    }

    fn login_form(&self, errors: Vec<String>) -> Outcome {
        // A username or an id will do as well (protocol.md#identifying-people).
        let email = Input {
            kind: "text",
            label: "E-mail or username".to_owned(),
            ..Input::email(self.typed("email"))
        };
        let password = Input::new("password", "Password", "password", "current-password");
        let form = self.form("/login", vec![email, password], "Log in");
        let mut links = vec![("/forgot", "Forgot your password?")];
        if self.realm.settings.signup != Signup::Closed {
            links.push(("/signup", "Sign up"));
        }
        self.page_with_links("Log in", None, errors, vec![form], &links)
    }

    fn signup_form(&self, errors: Vec<String>) -> Outcome {
        let links = [("/login", "Log in instead")];
        match (self.realm.settings.signup, self.param("invitation")) {
            (Signup::Open, _) | (_, Some(_)) => {
                let form = self.form("/signup", self.signup_inputs(), "Sign up");
                self.page_with_links("Sign up", None, errors, vec![form], &links)
            }
            (Signup::Invitation, None) => {
                let inputs = vec![Input::email(self.typed("email"))];
                let form = self.form("/signup/request", inputs, "Ask").titled("Ask for one");
                let note = Some("Signing up takes an invitation.");
                self.page_with_links("Sign up", note, errors, vec![form], &links)
            }
            (Signup::Closed, None) => {
                self.page_with_links("Sign up", Some("Signup is closed."), errors, Vec::new(), &links)
            }
        }
    }

    fn signup_inputs(&self) -> Vec<Input> {
        let settings = &self.realm.settings;
        let invited = self
            .param("invitation")
            .and_then(|token| self.realm.live_invitation(&token, self.now)?.email.clone());
        let email = self.param("email").or(invited).unwrap_or_default();
        let mut inputs = vec![Input::email(email)];
        let mut add = |field: Field, input: Input| match field {
            Field::Hidden => {}
            Field::Optional => inputs.push(input.optional()),
            Field::Required => inputs.push(input),
        };
        add(settings.username_field, Input::text("username", "Username", "nickname", self.typed("username")));
        add(
            settings.name_field,
            Input::text("first_name", "First name", "given-name", self.typed("first_name")),
        );
        add(
            settings.name_field,
            Input::text("last_name", "Last name", "family-name", self.typed("last_name")),
        );
        add(
            settings.org_name_field,
            Input::text("org_name", "Name of your account", "organization", self.typed("org_name")),
        );
        inputs.push(Input::new_password());
        if settings.password_field == PasswordField::Twice {
            inputs.push(Input::new("password_confirmation", "Password again", "password", "new-password"));
        }
        inputs
    }
}
