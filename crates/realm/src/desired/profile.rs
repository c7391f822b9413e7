//! The user profile under which voters can log in by telephone (facts 13, DECISIONS 54).

use serde_json::{Value, json};

/// What nobody dials.
pub const NEVER_REQUIRED: [&str; 3] = ["email", "firstName", "lastName"];
/// Attributes that only an administrator may write. `ENABLED` would let voters edit their area.
pub const POLICY: &str = "ADMIN_EDIT";
/// The shortest voter id.
pub const SHORTEST_USERNAME: u64 = 1;

/// What is to be different in a profile, in words, and the profile with it.
pub fn wanted(profile: &Value) -> (Vec<Difference>, Value) {
    let mut differences = Vec::new();
    let mut wanted = profile.clone();
    if wanted["unmanagedAttributePolicy"] != POLICY {
        differences.push(Difference::Policy(
            profile["unmanagedAttributePolicy"].as_str().unwrap_or("none").to_owned(),
        ));
        wanted["unmanagedAttributePolicy"] = json!(POLICY);
    }
    for attribute in wanted["attributes"].as_array_mut().into_iter().flatten() {
        let name = attribute["name"].as_str().unwrap_or_default().to_owned();
        if NEVER_REQUIRED.contains(&name.as_str()) && !attribute["required"].is_null() {
            if let Some(fields) = attribute.as_object_mut() {
                fields.remove("required");
            }
            differences.push(Difference::Required(name.clone()));
        }
        let least = attribute.pointer_mut("/validations/length/min").filter(|_| name == "username");
        if let Some(least) = least
            && let Some(was) = least.as_u64().filter(|n| *n > SHORTEST_USERNAME)
        {
            differences.push(Difference::Length(was));
            *least = json!(SHORTEST_USERNAME);
        }
    }
    (differences, wanted)
}

/// One thing to be different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The policy for unmanaged attributes is another one.
    Policy(String),
    /// The attribute is required of users.
    Required(String),
    /// User names must be at least this long.
    Length(u64),
}

/// Other attributes that a voter must have to log in.
pub fn others_required(profile: &Value) -> Vec<String> {
    let attributes = profile["attributes"].as_array().into_iter().flatten();
    let required = attributes.filter(|a| {
        let roles = a["required"]["roles"].as_array();
        !a["required"].is_null()
            && roles.is_none_or(|r| r.is_empty() || r.contains(&json!("user")))
            && a["required"]["scopes"].as_array().is_none_or(Vec::is_empty)
    });
    required
        .filter_map(|a| a["name"].as_str())
        .filter(|n| *n != "username" && !NEVER_REQUIRED.contains(n))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stock_profile_differs_in_five_ways_and_then_in_none() {
        let required = json!({"roles": ["user"]});
        let stock = json!({"attributes": [
            {"name": "username", "validations": {"length": {"min": 3, "max": 255}}},
            {"name": "email", "required": required},
            {"name": "firstName", "required": required},
            {"name": "lastName", "required": required},
            {"name": "badge", "required": required, "multivalued": false}]});
        let (differences, after) = wanted(&stock);
        assert_eq!(differences.len(), 5, "{differences:?}");
        assert_eq!(wanted(&after).0, []);
        assert_eq!(after["attributes"][4], stock["attributes"][4], "not ours");
        assert_eq!(others_required(&after), ["badge"]);
    }

    #[test]
    fn a_voter_who_may_edit_attributes_is_stopped() {
        let open = json!({"unmanagedAttributePolicy": "ENABLED", "attributes": []});
        assert_eq!(wanted(&open).0, [Difference::Policy("ENABLED".into())]);
    }

    #[test]
    fn a_username_without_a_length_stays_without() {
        let profile =
            json!({"unmanagedAttributePolicy": POLICY, "attributes": [{"name": "email"}]});
        assert_eq!(wanted(&profile), (vec![], profile.clone()));
    }
}
