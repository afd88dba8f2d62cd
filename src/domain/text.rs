//! Text that people write for one another: what may stand in a name or a title, wherever it is shown.
//!
//! Knows no lengths and no meanings of its own; each name's own module sets its bounds.

/// Whether a character could disturb the line it is shown in: control characters, line breaks, and the marks that
/// turn the direction of whatever text follows them.
pub fn is_unruly(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A name as it will stand: trimmed, 1 to `max` characters, none of them unruly, and something of it to be seen.
pub fn name(text: &str, max: usize) -> Option<String> {
    let name = text.trim();
    let fits = name.chars().count() <= max && is_visible(name) && !name.chars().any(is_unruly);
    fits.then(|| name.to_owned())
}

/// A text trimmed and without unruly characters: for what was read from a file, where its listener cannot mend it.
pub fn tidy(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !is_unruly(*c))
        .collect();
    plain.trim().to_owned()
}

/// Whether anything of the text can be seen.
pub fn is_visible(text: &str) -> bool {
    !text.chars().all(is_blank)
}

fn is_blank(c: char) -> bool {
    let filler = matches!(
        c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}'
            | '\u{E0000}'..='\u{E0FFF}'
    );
    filler || c.is_whitespace() || is_unruly(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_counted_in_characters() {
        assert_eq!(name("  Zoë  ", 3).as_deref(), Some("Zoë"));
        assert_eq!(name("🎵🎵🎵", 3).as_deref(), Some("🎵🎵🎵"));
        assert_eq!(name("🎵🎵🎵🎵", 3), None);
    }

    #[test]
    fn a_name_must_be_seen() {
        for unseen in ["", "   ", "\u{200B}", "\u{3164}\u{FE0F}", "\u{2800} \u{AD}"] {
            assert_eq!(name(unseen, 80), None, "{unseen:?}");
        }
    }

    #[test]
    fn a_name_holds_no_control_characters_and_no_line_breaks() {
        for unruly in [
            "a\0b",
            "a\nb",
            "a\u{7f}b",
            "a\u{85}b",
            "a\u{2028}b",
            "a\u{2029}b",
        ] {
            assert_eq!(name(unruly, 80), None, "{unruly:?}");
        }
    }

    #[test]
    fn a_name_cannot_turn_the_text_around_it() {
        for c in ('\u{202A}'..='\u{202E}').chain('\u{2066}'..='\u{2069}') {
            assert_eq!(name(&format!("abc{c}cba"), 80), None, "{c:?}");
        }
    }

    #[test]
    fn names_are_written_in_any_script() {
        for fine in ["שלום", "مرحبا", "你好", "नमस्ते", "👩‍👩‍👧", "e\u{301}"]
        {
            assert_eq!(name(fine, 80).as_deref(), Some(fine));
        }
    }

    #[test]
    fn tidying_keeps_words_apart_and_drops_what_is_unruly() {
        assert_eq!(tidy(" A\tside\u{2028}B\0\u{202E}! "), "A side B!");
        assert_eq!(tidy("\0\0"), "");
    }
}
