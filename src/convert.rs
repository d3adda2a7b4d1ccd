//! Values that cross the border between Lua and Rust: plain data, copied.

use moonset_runtime::cx::Cx;
use moonset_runtime::object::layout::Str;
use moonset_runtime::value::{self, Tag};

use crate::error::{Error, Result};

/// A Lua value as Rust sees it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `nil`
    Nil,
    /// `true` or `false`
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// A float.
    Number(f64),
    /// A string, which is bytes.
    String(Vec<u8>),
    /// A value that stays in Lua, by the name of its type: a table, a function, a userdata or a thread.
    Other(&'static str),
}

impl Value {
    /// Lua's name of the type.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Nil => "nil",
            Value::Boolean(_) => "boolean",
            Value::Integer(_) | Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Other(name) => name,
        }
    }

    pub(crate) fn copy_from(value: value::Value<'_>) -> Value {
        match value.tag() {
            Tag::Nil => Value::Nil,
            Tag::False => Value::Boolean(false),
            Tag::True => Value::Boolean(true),
            Tag::Table => Value::Other("table"),
            Tag::Closure | Tag::Native => Value::Other("function"),
            Tag::Thread => Value::Other("thread"),
            _ => {
                let text = value.as_gc::<Str>().map(|text| Value::String(text.bytes().to_vec()));
                let integer = || value.as_int().map(Value::Integer);
                let float = || value.as_float().map(Value::Number);
                text.or_else(integer).or_else(float).unwrap_or(Value::Other("userdata"))
            }
        }
    }

    /// The value in Lua; what stays in Lua cannot be made again.
    pub(crate) fn to_lua<'gc>(&self, cx: Cx<'gc>) -> Result<value::Value<'gc>> {
        Ok(match self {
            Value::Nil => value::Value::NIL,
            Value::Boolean(false) => value::Value::FALSE,
            Value::Boolean(true) => value::Value::TRUE,
            Value::Integer(number) => value::Value::int(*number),
            Value::Number(number) => value::Value::float(*number),
            Value::String(bytes) => cx.string(bytes).value(),
            Value::Other(from) => return Err(Error::FromLuaConversionError { from, to: "plain value" }),
        })
    }
}

/// Types that can be made from a Lua value.
pub trait FromLua: Sized {
    /// The conversion. Numbers are converted as by Lua: a float with an integer value is an integer.
    fn from_lua(value: Value) -> Result<Self>;
}

/// Types that have a Lua value.
pub trait IntoLua {
    /// The conversion.
    fn into_lua(self) -> Value;
}

fn refuse<T>(value: &Value, to: &'static str) -> Result<T> {
    Err(Error::FromLuaConversionError { from: value.type_name(), to })
}

impl FromLua for Value {
    fn from_lua(value: Value) -> Result<Value> {
        Ok(value)
    }
}

impl FromLua for () {
    fn from_lua(_: Value) -> Result<()> {
        Ok(())
    }
}

impl FromLua for bool {
    fn from_lua(value: Value) -> Result<bool> {
        Ok(!matches!(value, Value::Nil | Value::Boolean(false)))
    }
}

impl FromLua for i64 {
    fn from_lua(value: Value) -> Result<i64> {
        match value {
            Value::Integer(number) => Ok(number),
            // The bounds are exact: 2^63 is a float, and what lies below it fits.
            Value::Number(number) if number.fract() == 0.0 && (-(2f64.powi(63))..2f64.powi(63)).contains(&number) => {
                Ok(number as i64)
            }
            other => refuse(&other, "i64"),
        }
    }
}

impl FromLua for f64 {
    fn from_lua(value: Value) -> Result<f64> {
        match value {
            Value::Integer(number) => Ok(number as f64),
            Value::Number(number) => Ok(number),
            other => refuse(&other, "f64"),
        }
    }
}

impl FromLua for Vec<u8> {
    fn from_lua(value: Value) -> Result<Vec<u8>> {
        match value {
            Value::String(bytes) => Ok(bytes),
            Value::Integer(number) => Ok(number.to_string().into_bytes()),
            other => refuse(&other, "Vec<u8>"),
        }
    }
}

impl FromLua for String {
    fn from_lua(value: Value) -> Result<String> {
        let bytes = Vec::<u8>::from_lua(value)?;
        String::from_utf8(bytes).map_err(|_| Error::FromLuaConversionError { from: "string", to: "String" })
    }
}

impl<T: FromLua> FromLua for Option<T> {
    fn from_lua(value: Value) -> Result<Option<T>> {
        match value {
            Value::Nil => Ok(None),
            value => T::from_lua(value).map(Some),
        }
    }
}

impl IntoLua for Value {
    fn into_lua(self) -> Value {
        self
    }
}

macro_rules! into_lua {
    ($($from:ty => |$it:ident| $to:expr;)*) => {
        $(impl IntoLua for $from {
            fn into_lua(self) -> Value {
                let $it = self;
                $to
            }
        })*
    };
}

into_lua! {
    bool => |it| Value::Boolean(it);
    i32 => |it| Value::Integer(it.into());
    i64 => |it| Value::Integer(it);
    f64 => |it| Value::Number(it);
    &str => |it| Value::String(it.as_bytes().to_vec());
    String => |it| Value::String(it.into_bytes());
    &[u8] => |it| Value::String(it.to_vec());
    Vec<u8> => |it| Value::String(it);
}

impl<T: IntoLua> IntoLua for Option<T> {
    fn into_lua(self) -> Value {
        self.map_or(Value::Nil, IntoLua::into_lua)
    }
}
