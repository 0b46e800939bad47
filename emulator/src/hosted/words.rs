//! The words of the hosted pages in the service's languages, looked up by the English ones. What is not here, such as the
//! name of an account, stays as it is.

use crate::locale::Locale;

/// English, Spanish, Japanese.
const WORDS: &[[&str; 3]] = &[
    ["Log in", "Iniciar sesión", "ログイン"],
    ["Log in instead", "Iniciar sesión", "ログインする"],
    ["Log out", "Cerrar sesión", "ログアウト"],
    ["Log in elsewhere", "Iniciar sesión en otro sitio", "外部サービスでログイン"],
    ["Sign up", "Registrarse", "新規登録"],
    ["E-mail", "Correo electrónico", "メールアドレス"],
    ["E-mail or username", "Correo electrónico o nombre de usuario", "メールアドレスまたはユーザー名"],
    ["Username", "Nombre de usuario", "ユーザー名"],
    ["First name", "Nombre", "名"],
    ["Last name", "Apellidos", "姓"],
    ["Name of your account", "Nombre de su cuenta", "アカウント名"],
    ["Password", "Contraseña", "パスワード"],
    ["New password", "Contraseña nueva", "新しいパスワード"],
    ["Password again", "Repita la contraseña", "パスワード（確認）"],
    ["Current password", "Contraseña actual", "現在のパスワード"],
    ["Change password", "Cambiar la contraseña", "パスワードを変更"],
    ["Your password was changed.", "Su contraseña ha cambiado.", "パスワードを変更しました。"],
    ["Forgot your password?", "¿Ha olvidado su contraseña?", "パスワードをお忘れですか？"],
    ["Send me a link", "Enviarme un enlace", "リンクを送信"],
    ["Choose a new password", "Elija una contraseña nueva", "新しいパスワードの設定"],
    ["Set the password", "Guardar la contraseña", "パスワードを設定"],
    ["Check your mail", "Revise su correo", "メールをご確認ください"],
    [
        "We sent a mail to you. Follow the link in it to go on.",
        "Le hemos enviado un correo. Siga el enlace para continuar.",
        "メールをお送りしました。記載のリンクからお進みください。",
    ],
    ["Verify your e-mail", "Verifique su correo electrónico", "メールアドレスの確認"],
    [
        "One click, and your address is verified.",
        "Un clic y su dirección quedará verificada.",
        "ボタンを押すと確認が完了します。",
    ],
    ["Your e-mail is verified.", "Su correo electrónico está verificado.", "メールアドレスを確認しました。"],
    [
        "Follow the link in the mail that we sent to you, then log in again.",
        "Siga el enlace del correo que le hemos enviado y vuelva a iniciar sesión.",
        "お送りしたメールのリンクを開いてから、もう一度ログインしてください。",
    ],
    ["Send the mail again", "Enviar el correo otra vez", "メールを再送信"],
    ["Verify", "Verificar", "確認"],
    ["Go on", "Continuar", "続ける"],
    ["One more step", "Un paso más", "もう一つの手順"],
    [
        "Six digits from your authenticator app",
        "Seis cifras de su aplicación de autenticación",
        "認証アプリの6桁のコード",
    ],
    ["Second factor", "Segundo factor", "二段階認証"],
    ["Set up an authenticator app", "Configurar una aplicación de autenticación", "認証アプリを設定"],
    ["Your authenticator app", "Su aplicación de autenticación", "認証アプリ"],
    ["Try once more.", "Inténtelo de nuevo.", "もう一度お試しください。"],
    [
        "From now on your authenticator app is asked for, too.",
        "A partir de ahora se pedirá también su aplicación de autenticación.",
        "今後は認証アプリのコードも必要になります。",
    ],
    [
        "Add this address to your authenticator app: {}",
        "Añada esta dirección a su aplicación de autenticación: {}",
        "このアドレスを認証アプリに追加してください: {}",
    ],
    [
        "This stands in for {}. Whom do you want to be?",
        "Esto hace las veces de {}. ¿Quién quiere ser?",
        "これは{}の代わりです。どなたとしてログインしますか？",
    ],
    ["Your profile", "Su perfil", "プロフィール"],
    ["Save", "Guardar", "保存"],
    ["Saved.", "Guardado.", "保存しました。"],
    ["Your accounts", "Sus cuentas", "アカウント一覧"],
    ["Choose an account", "Elija una cuenta", "アカウントの選択"],
    ["Welcome", "Bienvenido", "ようこそ"],
    [
        "You are logged in. This realm has no Login URL to send you to.",
        "Ha iniciado sesión. Este realm no tiene ninguna Login URL a la que enviarle.",
        "ログインしました。このrealmには移動先のLogin URLがありません。",
    ],
    ["Ask for one", "Solicite una", "招待のリクエスト"],
    ["Ask", "Solicitar", "リクエスト"],
    ["Signing up takes an invitation.", "El registro requiere una invitación.", "登録には招待が必要です。"],
    ["Signup is closed.", "El registro está cerrado.", "新規登録は受け付けていません。"],
    ["Thank you", "Gracias", "ありがとうございます"],
    [
        "Your request was noted. You will get a mail when you are invited.",
        "Hemos anotado su solicitud. Recibirá un correo cuando sea invitado.",
        "リクエストを受け付けました。招待されるとメールが届きます。",
    ],
    ["That did not work", "Eso no ha funcionado", "うまくいきませんでした"],
    ["(optional)", "(opcional)", "（任意）"],
];

/// A sentence that has a gap, in a language and with the gap filled.
pub(super) fn fill(locale: Locale, english: &str, filling: &str) -> String {
    translate(locale, english).replace("{}", filling)
}

/// The words in a language.
pub(super) fn translate(locale: Locale, english: &str) -> String {
    let column = match locale {
        Locale::En => 0,
        Locale::Es => 1,
        Locale::Ja => 2,
    };
    let row = WORDS.iter().find(|row| row.first() == Some(&english));
    row.and_then(|row| row.get(column)).copied().unwrap_or(english).to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::WORDS;

    /// Every text that the pages' code names.
    fn used() -> BTreeSet<&'static str> {
        let sources = [
            include_str!("mod.rs"),
            include_str!("entry.rs"),
            include_str!("account.rs"),
            include_str!("mailed.rs"),
            include_str!("redirect.rs"),
            include_str!("social.rs"),
            include_str!("form.rs"),
        ];
        let literals = sources.into_iter().flat_map(|source| source.split('"').skip(1).step_by(2));
        literals.filter(|text| text.starts_with(char::is_uppercase) && !text.contains('\\')).collect()
    }

    #[test]
    fn every_text_of_the_pages_is_translated_and_no_other() {
        let known: BTreeSet<&str> =
            WORDS.iter().map(|row| row[0]).filter(|text| *text != "(optional)").collect();
        let used: BTreeSet<&str> = used().into_iter().filter(|text| !NAMES.contains(text)).collect();
        assert_eq!(used, known);
    }

    #[test]
    fn every_translation_has_the_holes_of_the_original() {
        for row in WORDS {
            assert!(
                row.iter().all(|text| text.matches("{}").count() == row[0].matches("{}").count()),
                "{}",
                row[0]
            );
        }
    }

    /// What a credential is called; not shown on a page.
    const NAMES: &[&str] = &["Authenticator"];
}
