import { render } from 'preact';

render(<p>demo</p>, document.body);
