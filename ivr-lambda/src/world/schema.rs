//! The JSON Schema of the world file.

use super::file::World;

/// The JSON Schema of [`World`], as it is kept in `ivr-lambda/world.schema.json`.
pub fn schema() -> String {
    let schema = schemars::schema_for!(World);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_schema_in_the_repository_is_current() {
        let kept = include_str!("../../world.schema.json");
        assert_eq!(kept, super::schema(), "step-ivr schema > ivr-lambda/world.schema.json");
    }
}
