"""The names of a PDF that are kept: keys of what pages draw, and the operators that draw it."""

_NAMES = (
    # pages
    "Type Subtype Pages Kids Count Parent MediaBox CropBox BleedBox TrimBox ArtBox Rotate UserUnit Contents "
    "Resources Group S CS I K OCProperties OCGs D ON OFF BaseState P OC "
    # resources
    "ExtGState ColorSpace Pattern Shading XObject Font Properties ProcSet "
    # streams
    "Length Filter DecodeParms Predictor Colors Columns EarlyChange EndOfLine EncodedByteAlign Rows EndOfBlock "
    "BlackIs1 DamagedRowsBeforeError JBIG2Globals ColorTransform "
    # pictures and forms
    "Width Height BitsPerComponent Intent ImageMask Mask Decode Interpolate SMask SMaskInData Matte FormType BBox "
    "Matrix "
    # fonts
    "BaseFont FirstChar LastChar Widths FontDescriptor Encoding ToUnicode DescendantFonts CIDSystemInfo "
    "CIDToGIDMap DW W DW2 W2 FontBBox FontMatrix CharProcs BaseEncoding Differences Registry Ordering Supplement "
    "CMapName WMode UseCMap FontName FontStretch FontWeight Flags ItalicAngle Ascent Descent Leading CapHeight "
    "XHeight StemV StemH AvgWidth MaxWidth MissingWidth FontFile FontFile2 FontFile3 CharSet CIDSet Length1 "
    "Length2 Length3 "
    # graphics state
    "LW LC LJ ML RI OP op OPM BG BG2 UCR UCR2 TR TR2 HT FL SM SA BM CA ca AIS TK G BC "
    # patterns, shadings, functions, colours
    "PatternType PaintType TilingType XStep YStep ShadingType Background AntiAlias Coords Domain Extend Function "
    "BitsPerCoordinate BitsPerFlag VerticesPerRow FunctionType Range Size BitsPerSample Order Encode Functions "
    "Bounds C0 C1 N WhitePoint BlackPoint Gamma Colorants Process Components"
)
KEPT_KEYS = frozenset(f"/{name}" for name in _NAMES.split())
MAP_KEYS = frozenset({"/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/XObject", "/Font", "/Properties"})
"""Members of resources whose keys are names given by the program that made the file."""
_OPERATORS = (
    "b B b* B* BMC BT c cm CS cs d d0 d1 Do EMC ET f F f* G g gs h i j J K k l m M n q Q re RG rg ri s S SC sc SCN scn "
    "sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' \""
)
OPERATORS = frozenset(_OPERATORS.split())
"""Operators that draw, set how to draw, or mark content. Marked points and unknown operators are dropped."""
