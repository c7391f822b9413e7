//! Whether an edited file still parses, by the ending of its name.

use std::path::Path;

use tree_sitter::{Node, Parser};
use tree_sitter_typescript::{LANGUAGE_TSX, LANGUAGE_TYPESCRIPT};

/// What was found out about a text's syntax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Parsed, by this parser.
    Parses(&'static str),
    /// Not parsed: what the parser says.
    Broken(String),
    /// There is no parser for it here; how it is checked instead.
    NotParsed(&'static str),
}

/// Parses the text as what its name says it is.
pub fn check(path: &Path, text: &str) -> Verdict {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let (parser, outcome) = match ending {
        "rs" => ("syn", syn::parse_file(text).map(drop).map_err(|error| rust_error(&error))),
        "ts" => ("tree-sitter", tree(text, &LANGUAGE_TYPESCRIPT.into())),
        "tsx" => ("tree-sitter", tree(text, &LANGUAGE_TSX.into())),
        "json" => ("serde_json", json(text)),
        "yaml" | "yml" => ("yaml_serde", yaml(text)),
        "graphql" => ("apollo-parser", graphql(text)),
        "sql" => return Verdict::NotParsed("run on PostgreSQL by the suite `migrations`"),
        _ => return Verdict::NotParsed("no parser for this ending"),
    };
    outcome.map_or_else(Verdict::Broken, |()| Verdict::Parses(parser))
}

fn rust_error(error: &syn::Error) -> String {
    error.to_string()
}

fn json(text: &str) -> Result<(), String> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).map(drop).map_err(|error| error.to_string())
}

fn yaml(text: &str) -> Result<(), String> {
    yaml_serde::from_str::<yaml_serde::Value>(text).map(drop).map_err(|error| error.to_string())
}

fn graphql(text: &str) -> Result<(), String> {
    let tree = apollo_parser::Parser::new(text).parse();
    tree.errors().next().map_or(Ok(()), |error| Err(error.message().to_owned()))
}

fn tree(text: &str, language: &tree_sitter::Language) -> Result<(), String> {
    let mut parser = Parser::new();
    parser.set_language(language).map_err(|error| error.to_string())?;
    let tree = parser.parse(text, None).ok_or("the parser gave up")?;
    first_error(tree.root_node()).map_or(Ok(()), |line| Err(format!("syntax error at line {line}")))
}

/// The line of the first node that is an error or was made up by the parser.
fn first_error(node: Node<'_>) -> Option<usize> {
    if !node.has_error() {
        return None;
    }
    let mut cursor = node.walk();
    let inner = node.children(&mut cursor).find_map(first_error);
    inner.or(Some(node.start_position().row + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(name: &str, text: &str) -> Verdict {
        check(Path::new(name), text)
    }

    #[test]
    fn each_language_has_a_parser_that_notices() {
        for (name, good, bad) in [
            ("a.rs", "fn a() {}\n", "fn a( {}\n"),
            ("a.ts", "export enum A { B = 'b' }\n", "export enum { = }\n"),
            ("a.tsx", "const a = <B c={1} />\n", "const a = <B c={1 />\n"),
            ("a.json", "{\"a\": 1}\n", "{\"a\": 1,}\n"),
            ("a.yaml", "a:\n  - b\n", "a:\n  - b\n c\n"),
            ("a.graphql", "enum A {\n  B\n}\n", "enum A {\n  B\n"),
        ] {
            assert!(matches!(verdict(name, good), Verdict::Parses(_)), "{name}");
            assert!(matches!(verdict(name, bad), Verdict::Broken(_)), "{name}");
        }
    }

    #[test]
    fn what_is_not_parsed_says_so() {
        assert!(matches!(verdict("a.sql", "SELEC"), Verdict::NotParsed(_)));
        assert!(matches!(verdict("a.txt", ""), Verdict::NotParsed(_)));
    }

    #[test]
    fn the_line_of_a_syntax_error_is_named() {
        let Verdict::Broken(said) = verdict("a.ts", "let a = 1\nlet b = 2\nlet = = 3\n") else {
            panic!("parses");
        };
        assert!(said.contains("line 3"), "{said}");
    }
}
