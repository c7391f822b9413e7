//! PostgreSQL's types as GraphQL sees them: their names, and how a value becomes text to bind.

use crate::catalogue::PgType;
use crate::json::Json;

/// The GraphQL name of a column's type; of an array that of its elements (facts 6.4).
#[must_use]
pub fn graphql_name(ty: &PgType) -> String {
    if ty.schema != "pg_catalog" {
        return ty.name.clone();
    }
    match ty.name.as_str() {
        "int4" => "Int",
        "int2" => "smallint",
        "int8" => "bigint",
        "float4" => "Float",
        "float8" => "float8",
        "bool" => "Boolean",
        "text" | "varchar" => "String",
        other => other,
    }
    .to_owned()
}

/// Why a value does not fit a column's type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misfit {
    /// It is `null`.
    Null,
    /// It is of a wrong kind, or out of bounds; this is the sentence.
    Kind(String),
}

/// `value` as the text that PostgreSQL reads as type `ty`.
///
/// # Errors
/// [`Misfit`] when it cannot be one. A string of bad content is no misfit: PostgreSQL says so
/// itself (facts 7.1).
pub fn text_of(ty: &PgType, value: &Json) -> Result<String, Misfit> {
    if value.is_null() {
        return Err(Misfit::Null);
    }
    if ty.is_json() {
        return Ok(value.to_string());
    }
    if ty.array {
        return array_text(ty, value);
    }
    let wants = match ty.plain() {
        Some("int2" | "int4" | "int8") => {
            if let Json::Number(digits) = value {
                return whole(ty, digits);
            }
            "Number"
        }
        Some("float4" | "float8" | "numeric") => {
            if let Json::Number(digits) = value {
                return Ok(digits.clone());
            }
            "Number"
        }
        Some("money") => {
            if let Json::Number(digits) = value {
                return Ok(without_exponent(digits));
            }
            "Number"
        }
        Some("bool") => {
            if let Json::Bool(flag) = value {
                return Ok(flag.to_string());
            }
            "Bool"
        }
        _ => "String",
    };
    value.as_str().map(ToOwned::to_owned).ok_or_else(|| {
        let name = if wants == "String" { "Text" } else { wants };
        Misfit::Kind(format!(
            "parsing {name} failed, expected {wants}, but encountered {}",
            value.kind()
        ))
    })
}

/// `-2E-2` as `-0.02`: PostgreSQL's money has no exponents. Beyond its range it is left as it is.
fn without_exponent(digits: &str) -> String {
    let Some((mantissa, exponent)) = digits.split_once(['e', 'E']) else {
        return digits.to_owned();
    };
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let Ok(exponent @ -40..=40) = exponent.parse::<i32>() else { return digits.to_owned() };
    // Forty zeros on either side: the point stays inside.
    let all = format!("{:0>40}{whole}{fraction}{:0<40}", "", "");
    let point = usize::try_from(exponent + 40).unwrap_or(0) + whole.len();
    let (whole, fraction) = all.split_at(point);
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

fn array_text(ty: &PgType, value: &Json) -> Result<String, Misfit> {
    let Json::List(items) = value else {
        return value.as_str().map(ToOwned::to_owned).ok_or_else(|| {
            Misfit::Kind(format!(
                "parsing [] failed, expected Array, but encountered {}",
                value.kind()
            ))
        });
    };
    let element = PgType { array: false, ..ty.clone() };
    let items = items
        .iter()
        .map(|item| match item {
            Json::Null => Ok("NULL".to_owned()),
            Json::List(_) => array_text(ty, item),
            _ => text_of(&element, item).map(|text| array_item(&text)),
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(format!("{{{}}}", items.join(",")))
}

/// `text` as an item of PostgreSQL's `{a,b}`.
fn array_item(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn whole(ty: &PgType, digits: &str) -> Result<String, Misfit> {
    let (low, high) = match ty.name.as_str() {
        "int2" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "int4" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    whole_number(digits)
        .filter(|number| (low..=high).contains(number))
        .map(|number| number.to_string())
        .ok_or_else(|| Misfit::Kind(out_of_bounds(digits)))
}

/// The whole number that `digits` write, as `5`, `5.0` or `5e0`.
#[must_use]
pub fn whole_number(digits: &str) -> Option<i64> {
    digits.parse().ok().or_else(|| {
        let number: f64 = digits.parse().ok()?;
        // Beyond 2^53 a float no longer names one whole number.
        #[allow(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
        (number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0).then_some(number as i64)
    })
}

/// What is said of a number that is no 32-bit integer (facts 7.1).
#[must_use]
pub fn out_of_bounds(digits: &str) -> String {
    format!(
        "The value {} lies outside the bounds or is not an integer. \
         Maybe it is a float, or is there integer overflow?",
        scientific(digits)
    )
}

/// A number as Hasura prints it: `2.147483648e9`; small ones with their point.
fn scientific(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut exponent: i64 = exponent.parse().unwrap_or(0);
    exponent += i64::try_from(whole.len()).unwrap_or(0) - 1;
    let all = format!("{whole}{fraction}");
    let trimmed = all.trim_start_matches('0');
    exponent -= i64::try_from(all.len() - trimmed.len()).unwrap_or(0);
    let trimmed = trimmed.trim_end_matches('0');
    if trimmed.is_empty() {
        return "0.0".to_owned();
    }
    if (0..7).contains(&exponent) {
        let point = usize::try_from(exponent).unwrap_or(0) + 1;
        let padded = format!("{trimmed:0<point$}");
        let (whole, fraction) = padded.split_at(point);
        let fraction = if fraction.is_empty() { "0" } else { fraction };
        return format!("{sign}{whole}.{fraction}");
    }
    let (first, rest) = trimmed.split_at(1);
    let rest = if rest.is_empty() { "0" } else { rest };
    format!("{sign}{first}.{rest}e{exponent}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::{scientific, text_of};
    use crate::catalogue::PgType;
    use crate::json::Json;

    #[test]
    fn a_number_too_big_is_printed_as_hasura_does() {
        assert_eq!(scientific("2147483648"), "2.147483648e9");
        assert_eq!(scientific("1.5"), "1.5");
        assert_eq!(scientific("10000000000"), "1.0e10");
        assert_eq!(scientific("-3000000000"), "-3.0e9");
    }

    #[test]
    fn money_is_written_without_an_exponent() {
        let money = PgType::builtin("money");
        for (number, text) in
            [("-2E-2", "-0.02"), ("1.25e1", "12.5"), ("3e2", "300"), ("7", "7"), ("1e99", "1e99")]
        {
            assert_eq!(text_of(&money, &Json::Number(number.to_owned())).unwrap(), text);
        }
    }

    #[test]
    fn a_string_is_handed_on_whatever_the_type() {
        let text = Json::text("abc");
        for ty in ["int4", "uuid", "timestamptz", "bool", "numeric"] {
            assert_eq!(text_of(&PgType::builtin(ty), &text).unwrap(), "abc");
        }
        assert_eq!(text_of(&PgType::builtin("jsonb"), &text).unwrap(), "\"abc\"");
    }

    #[test]
    fn an_array_is_quoted_item_by_item() {
        let ty = PgType { array: true, ..PgType::builtin("text") };
        let list = Json::parse(r#"["a\"b","c,d",null,"e\\"]"#).unwrap();
        assert_eq!(text_of(&ty, &list).unwrap(), r#"{"a\"b","c,d",NULL,"e\\"}"#);
    }
}
