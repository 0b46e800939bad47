//! What is wrong with a value that an app passed. A misuse is a number, so an error fits in one word. The npm package has the
//! texts in its script and not in its module, which makes the module 4 kB smaller.

/// Defines the misuses: a name, and the message for the developer.
macro_rules! misuses {
    ($($name:ident = $text:literal;)*) => {
        /// What is wrong with an option, a URL or parameters.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Misuse {
            $(#[doc = concat!("`", $text, "`")] $name,)*
        }

        const TEXTS: &[&str] = &[$($text),*];

        impl Misuse {
            /// Every misuse.
            pub const ALL: [Self; TEXTS.len()] = [$(Self::$name),*];
        }
    };
}

misuses! {
    NoOptions = "no options";
    OptionsNotAnObject = "pass the options as an object: new LoginRocket({ url: '...' })";
    UnknownOption = "there is no option of that name";
    CallOptionsNotAnObject = "pass the options as an object, such as { signal, timeoutMs }";
    UnreadableOption = "an option cannot be read: its getter throws";
    UrlNotText = "the url must be a string or a URL object";
    UrlNotPlain = "the url contains white space or a backslash: check it for typing errors";
    UrlNotAbsolute = "the url must be absolute and start with https://";
    UrlNotHttp = "the url must start with https://";
    UrlHasQuery = "the url must have no query and no fragment: give the root of the LoginRocket URL";
    UrlHasCredentials = "the url must not contain a user name or a password";
    UrlAddressOpen = "the url has an address that opens with [ but does not close";
    UrlHost = "the url has no valid host";
    UrlPort = "the url has no valid port";
    UrlUnusable = "the url has a host that this platform cannot use: check it for typing errors";
    Locale = "locale must be a string such as 'en' or 'es-MX'";
    LocaleTag = "locale must be a language tag such as 'en' or 'es-MX'";
    Timeout = "timeoutMs must be a whole number of milliseconds from 1 to 600000";
    Agent = "agent must be a name in ASCII such as 'my-app/1.0', or false for no LR-Agent header";
    Fetch = "fetch must be a function with the signature of the global fetch";
    FetchAnswer = "fetch must give a Response";
    InsecureUrlFlag = "dangerouslyAllowInsecureUrl must be true or false";
    Storage = "storage must be 'memory', 'session', 'local', or an object with getItem, setItem and removeItem";
    KeepChallenge = "keepChallenge must be true or false";
    KeepProfile = "keepProfile must be true or false";
    TokenOrigins = "tokenOrigins must be a list of origins such as ['https://api.example.com'], without paths, and with https but for loopback";
    Environment = "environment must be 'auto', 'browser' or 'server'";
    Verify = "verify must be 'off', 'lazy' or 'strict'";
    Signal = "signal must be an AbortSignal: pass controller.signal";
    MinValidity = "minValiditySeconds must be a whole number of seconds";
    Leeway = "leewaySeconds must be a whole number of seconds";
    Account = "account must be the id of an account: 'org_...'";
    Prompt = "prompt must be 'login'";
    Invitation = "invitation must be the invitation's token";
    RedirectUri = "redirectUri must be a whole URL: new URL('/signed-in', location.href)";
    Session = "session must be a session id: 'kss_...'";
    Page = "the hosted pages are 'login', 'signup', 'profile', 'accounts', 'account' and 'logout'";
    SwitchAccount = "pass switchAccount the id of an account: 'org_...'";
    Subscribe = "pass subscribe a function";
    Endpoint = "there is no such call";
    ParamsNotAnObject = "pass the parameters as an object: { email, password }";
    ParamsOfPage = "an element or an event is no parameters: pass new FormData(form), with the form that was submitted";
    NoChallenge = "no second factor is due in this page: call login() first, or pass verifyLogin the token of its answer";
    ParamsNotJson = "the parameters cannot be sent as JSON: look for a BigInt, a cycle, or a toJSON that throws";
    ParamsNotFlat = "the parameters cannot be put into a query string: they nest too deep, or hold half a character";
    ParamsTooDeep = "the parameters nest too deep for a query string";
}

impl Misuse {
    /// Its position in [`Self::ALL`].
    pub const fn number(self) -> usize {
        self as usize
    }

    /// What is wrong and what to do about it, for the developer.
    pub const fn text(self) -> &'static str {
        super::of(TEXTS, self.number(), "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_text_of_its_own() {
        let mut texts = Misuse::ALL.map(Misuse::text).to_vec();
        assert_eq!((texts[0], Misuse::ALL[1].number()), ("no options", 1));
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), Misuse::ALL.len());
    }
}
