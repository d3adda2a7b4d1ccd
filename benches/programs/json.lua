-- Measures: a JSON encoder and decoder: string scanning, tables of mixed shape, recursion.
-- Group: general
local json = {}

-- Stands for JSON's null, which a Lua table cannot hold as nil.
json.null = setmetatable({}, { __tostring = function() return "null" end })

local escapes = {
  ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t",
}

local function escape(c)
  return escapes[c] or string.format("\\u%04x", c:byte())
end

local function quote(s)
  return '"' .. s:gsub('[%c"\\]', escape) .. '"'
end

local function encode_number(v)
  assert(v == v and v ~= math.huge and v ~= -math.huge, "a number that JSON cannot express")
  if v == math.floor(v) and math.abs(v) < 1e15 then
    return string.format("%d", v)
  end
  return string.format("%.17g", v)
end

local encode_into

local function encode_array(out, v)
  out[#out + 1] = "["
  for i = 1, #v do
    if i > 1 then
      out[#out + 1] = ","
    end
    encode_into(out, v[i])
  end
  out[#out + 1] = "]"
end

local function encode_object(out, v)
  local keys = {}
  for k in pairs(v) do
    assert(type(k) == "string", "a key that is not a string")
    keys[#keys + 1] = k
  end
  table.sort(keys)
  out[#out + 1] = "{"
  for i, k in ipairs(keys) do
    if i > 1 then
      out[#out + 1] = ","
    end
    out[#out + 1] = quote(k)
    out[#out + 1] = ":"
    encode_into(out, v[k])
  end
  out[#out + 1] = "}"
end

function encode_into(out, v)
  local t = type(v)
  if v == json.null then
    out[#out + 1] = "null"
  elseif t == "table" then
    if v[1] ~= nil or next(v) == nil then
      encode_array(out, v)
    else
      encode_object(out, v)
    end
  elseif t == "string" then
    out[#out + 1] = quote(v)
  elseif t == "number" then
    out[#out + 1] = encode_number(v)
  elseif t == "boolean" then
    out[#out + 1] = tostring(v)
  else
    error("cannot encode a " .. t)
  end
end

function json.encode(v)
  local out = {}
  encode_into(out, v)
  return table.concat(out)
end

local function fail(text, at, what)
  error(string.format("byte %d: %s", at, what), 0)
end

local function skip_space(text, at)
  return text:find("[^ \t\r\n]", at) or #text + 1
end

local unescapes = {
  ['"'] = '"', ["\\"] = "\\", ["/"] = "/", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t",
}

-- The UTF-8 bytes of a code point of the basic plane.
local function utf8_bytes(code)
  if code < 0x80 then
    return string.char(code)
  elseif code < 0x800 then
    return string.char(0xC0 + math.floor(code / 0x40), 0x80 + code % 0x40)
  end
  return string.char(0xE0 + math.floor(code / 0x1000), 0x80 + math.floor(code / 0x40) % 0x40, 0x80 + code % 0x40)
end

local function decode_string(text, at)
  local start = at + 1
  local parts = {}
  while true do
    local stop = text:find('["\\]', start)
    if not stop then
      fail(text, at, "unfinished string")
    end
    parts[#parts + 1] = text:sub(start, stop - 1)
    if text:byte(stop) == 34 then
      return table.concat(parts), stop + 1
    end
    local c = text:sub(stop + 1, stop + 1)
    if c == "u" then
      local hex = text:match("^%x%x%x%x", stop + 2)
      if not hex then
        fail(text, stop, "bad unicode escape")
      end
      parts[#parts + 1] = utf8_bytes(tonumber(hex, 16))
      start = stop + 6
    else
      parts[#parts + 1] = unescapes[c] or fail(text, stop, "bad escape")
      start = stop + 2
    end
  end
end

local decode_value

local function decode_array(text, at)
  local result = {}
  at = skip_space(text, at + 1)
  if text:sub(at, at) == "]" then
    return result, at + 1
  end
  while true do
    result[#result + 1], at = decode_value(text, at)
    at = skip_space(text, at)
    local c = text:sub(at, at)
    if c == "]" then
      return result, at + 1
    elseif c ~= "," then
      fail(text, at, "',' or ']' expected")
    end
    at = skip_space(text, at + 1)
  end
end

local function decode_object(text, at)
  local result = {}
  at = skip_space(text, at + 1)
  if text:sub(at, at) == "}" then
    return result, at + 1
  end
  while true do
    if text:sub(at, at) ~= '"' then
      fail(text, at, "a key expected")
    end
    local key
    key, at = decode_string(text, at)
    at = skip_space(text, at)
    if text:sub(at, at) ~= ":" then
      fail(text, at, "':' expected")
    end
    result[key], at = decode_value(text, skip_space(text, at + 1))
    at = skip_space(text, at)
    local c = text:sub(at, at)
    if c == "}" then
      return result, at + 1
    elseif c ~= "," then
      fail(text, at, "',' or '}' expected")
    end
    at = skip_space(text, at + 1)
  end
end

local words = { ["true"] = true, ["false"] = false, null = json.null }

function decode_value(text, at)
  local c = text:sub(at, at)
  if c == "{" then
    return decode_object(text, at)
  elseif c == "[" then
    return decode_array(text, at)
  elseif c == '"' then
    return decode_string(text, at)
  end
  local number = text:match("^-?%d+%.?%d*[eE]?[-+]?%d*", at)
  if number then
    return tonumber(number) or fail(text, at, "bad number"), at + #number
  end
  local word = text:match("^%a+", at)
  if word and words[word] ~= nil then
    return words[word], at + #word
  end
  return fail(text, at, "a value expected")
end

function json.decode(text)
  local v, at = decode_value(text, skip_space(text, 1))
  at = skip_space(text, at)
  if at <= #text then
    fail(text, at, "end of text expected")
  end
  return v
end

local function equal(a, b)
  if type(a) ~= "table" or type(b) ~= "table" or a == json.null then
    return a == b
  end
  for k, v in pairs(a) do
    if not equal(v, b[k]) then
      return false
    end
  end
  for k in pairs(b) do
    if a[k] == nil then
      return false
    end
  end
  return true
end

-- A document of n records.
local function sample(n)
  local records = {}
  for i = 1, n do
    records[i] = {
      id = i,
      name = "record " .. i,
      ratio = i / 8,
      tags = { "a" .. i % 3, "b\t" .. i % 5, 'quote "' .. i % 2 .. '"' },
      parent = i > 1 and { id = i - 1, seen = i % 2 == 0 } or json.null,
      empty = {},
    }
  end
  return { version = 3, records = records, title = "caf\195\169 \1\\" }
end

local n = tonumber(arg and arg[1]) or 10000
local document = sample(n)
local text = json.encode(document)
local copy = json.decode(text)
assert(equal(document, copy), "the copy differs")
assert(json.encode(copy) == text, "the text of the copy differs")
print(string.format("%d records, %d bytes", n, #text))
print(json.encode(copy.records[1]))
print(json.encode(json.decode(' [ true , false, null, -1.5e2, "\\u0041\\u00e9\\u20ac", {"k" : [ ] } ] ')))

